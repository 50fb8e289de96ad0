import { describe, expect, it } from "vitest";
import { startCosKit } from "./cos-kit.ts";
import { type CosRig, createRig, entryOf, fill, fillAndTrim, NO_JSON_OF_OURS } from "./cos-rig.ts";

const kit = await startCosKit();
const { clock } = kit;
const MINUTE_MS = 60_000;

const sent = (mid: string) => entryOf(mid, clock.now());

const NAMES = [
  "!",
  "a",
  "d",
  "e0",
  "e~",
  "f",
  "f!",
  "f0",
  `f${"0".repeat(16)}`,
  "f9",
  "g",
  "s",
  "s!",
];
const MORE_NAMES = ["s0", `s${"0".repeat(16)}`, "s1".padEnd(17, "0"), "s9", `s9${"x".repeat(15)}`];
const LAST_NAMES = ["s9~", "s~", "z", "Zoë", "e/f", `s${String(Number.MAX_SAFE_INTEGER)}`, "🦊"];

describe("objects in a log that are none of its own", () => {
  it.each([...NAMES, ...MORE_NAMES, ...LAST_NAMES])("(%s) hide nothing", async (name) => {
    for (const [begin, oldest, head] of [
      [(rig: CosRig) => fill(rig, 3), 1, 3],
      [fillAndTrim, 101, 128],
    ] as const) {
      const rig = createRig(kit);
      const epoch = await begin(rig);
      // Many of them: a listing of a few keys may show nothing else.
      for (const end of ["", "-1", "-2", "-3", "-4", "-5"]) {
        rig.put(`${rig.keys.log("lobby")}${name}${end}`, "{");
      }
      const log = rig.log();
      expect(await log.head("lobby")).toEqual({ epoch, oldest, head });
      expect(await log.append("lobby", sent("next"))).toMatchObject({ epoch, seq: head + 1 });
      const page = await rig.log().read("lobby", { after: oldest - 1, limit: 99 });
      expect(page.entries.map(({ seq }) => seq)).toEqual(
        Array.from({ length: head + 2 - oldest }, (_, index) => oldest + index),
      );
      for (const { message, details } of rig.warnings) {
        expect(message).toContain("an object of a log");
        expect(details).toEqual({ room: "lobby" });
      }
    }
  });

  it("are one warning each, as far as they were seen", async () => {
    const rig = createRig(kit);
    await fill(rig, 3);
    rig.put(`${rig.keys.log("lobby")}a`, "");
    const log = rig.log();
    for (let times = 0; times < 2; times++) {
      await log.head("lobby");
      clock.advance(2 * MINUTE_MS); // What is known of a log is read anew.
    }
    expect(rig.warnings).toHaveLength(1);
  });
});

describe("an epoch's object that is not what was stored", () => {
  it.each([...NO_JSON_OF_OURS, '{"epoch":"a/../b"}', "x".repeat(10_000)])(
    "(%#) is an epoch like others, of the same entries",
    async (text) => {
      const rig = createRig(kit);
      await fill(rig, 3);
      rig.put(rig.keys.epoch("lobby"), text);
      const log = rig.log();
      const { epoch, ...state } = await log.head("lobby");
      expect(epoch).toMatch(/^[0-9a-f]{32}$/);
      expect(state).toEqual({ oldest: 1, head: 3 });
      const appended = await log.append("lobby", sent("m4"), { epoch, after: 3 });
      expect(appended).toMatchObject({ status: "appended", seq: 4, epoch });
      expect(rig.warnings).toEqual([]);
    },
  );
});
