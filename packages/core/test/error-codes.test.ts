import { expect, it } from "vitest";
import { type ErrorCode, RejectedError } from "../src/index.ts";
import { createChat, say } from "./chats.ts";
import { type AnyFrame, createRig } from "./rig.ts";

const STARTED_AT = Date.UTC(2026, 0);
const JOINED = "lobby";

function start() {
  return createRig(
    createChat({
      authenticate({ token = "" }) {
        if (token === "bad") throw new RejectedError("bad_token");
        return { userId: token, ...(token === "brief" ? { expiresAt: STARTED_AT + 1000 } : {}) };
      },
      authorize: ({ room }) => room !== "vault",
      on: {
        say({ data: { text } }) {
          if (text === "rude") throw new RejectedError("rude");
          if (text === "break") throw new Error("oops");
        },
      },
      limits: { maxRooms: 2 },
      retention: { maxEntries: 4, minAgeMs: 10_000 },
    }),
  );
}

type Rig = ReturnType<typeof start>;
type Provoke = (rig: Rig, epoch: string) => Promise<(AnyFrame | undefined)[]>;

const send =
  (...frames: object[]): Provoke =>
  async (rig) =>
    (await rig.send("ada", ...frames)).frames;
const sayIt =
  (text: string): Provoke =>
  async (rig, epoch) =>
    (await rig.send("ada", say(JOINED, text, "m1", { epoch, after: 0 }))).frames;
const publishMany = async ({ hub, clock }: Rig, count: number) => {
  for (let n = 0; n < count; n++) {
    await hub.publish(JOINED, "say", { text: "hi" });
    await clock.advance(count > 100 ? 0 : 700);
  }
};

const PROVOKED: Record<ErrorCode, Provoke> = {
  bad_frame: async (rig) => (await rig.sendRaw("ada", "{")).frames,
  unknown_frame: send({ type: "dance" }),
  too_large: async (rig) => (await rig.sendRaw("ada", "x".repeat(40_000))).frames,
  bad_room: send({ type: "join", room: "" }),
  bad_data: send({ type: "publish", room: JOINED, event: "say", data: 1, mid: "m" }),
  unknown_event: send({ type: "signal", room: JOINED, event: "dance" }),
  hello_required: async (rig) => (await rig.send("eve", { type: "ping" })).frames,
  already_welcomed: send({ type: "hello", token: "ada" }),
  unauthenticated: async (rig) => (await rig.send("eve", { type: "hello", token: "bad" })).frames,
  async token_expired(rig) {
    await rig.enter("brief");
    await rig.clock.advance(1000);
    return (await rig.send("brief", { type: "ping" })).frames;
  },
  forbidden: send({ type: "join", room: "vault" }),
  rejected: sayIt("rude"),
  not_joined: send({ type: "who", room: "attic" }),
  too_many_rooms: send({ type: "join", room: "b" }, { type: "join", room: "c" }),
  async rate_limited(rig) {
    for (let n = 0; n < 60; n++) await rig.send("ada", { type: "ping" });
    return (await rig.send("ada", { type: "ping" })).frames;
  },
  async mid_conflict(rig, epoch) {
    await sayIt("one")(rig, epoch);
    return sayIt("two")(rig, epoch);
  },
  async undecided(rig, epoch) {
    await publishMany(rig, 64);
    return sayIt("late")(rig, epoch);
  },
  async sync_required(rig, epoch) {
    await publishMany(rig, 257);
    return sayIt("late")(rig, epoch);
  },
  async kicked({ hub, run, gateway }) {
    await run(hub.kick("ada", { room: JOINED }));
    return JSON.parse(`[${gateway.received("ada").texts.join()}]`);
  },
  async connection_closed({ hub, send }) {
    await hub.cleanup({ connectionId: "eve" });
    return (await send("eve", { type: "hello", token: "eve" })).frames;
  },
  async unavailable(rig) {
    rig.faults.fail("log.head", "before");
    return (await rig.send("ada", { type: "join", room: JOINED })).frames;
  },
  internal: sayIt("break"),
};

it.each(Object.entries(PROVOKED))(
  "%s can be provoked, with what belongs to it",
  async (code, provoke) => {
    const rig = start();
    const { frames } = await rig.enter("ada", JOINED);
    const answers = await provoke(rig, String(frames[1]?.epoch));
    const error = answers.find((frame) => frame?.type === "error");
    expect(error).toMatchObject({ code, message: expect.any(String) });
    const retryable = ["hello_required", "not_joined", "rate_limited", "unavailable"].includes(
      code,
    );
    expect(error?.retryable).toBe(retryable);
  },
);

it.each<[ErrorCode, number | undefined]>([
  ["unauthenticated", 4401],
  ["token_expired", 4401],
  ["connection_closed", 4409],
  ["bad_frame", undefined],
  ["forbidden", undefined],
  ["rate_limited", undefined],
])("%s closes the connection with %s", async (code, closeCode) => {
  const rig = start();
  const { frames } = await rig.enter("ada", JOINED);
  await PROVOKED[code](rig, String(frames[1]?.epoch));
  const closed = ["ada", "eve", "brief"].map((id) => rig.gateway.received(id).closed?.code);
  expect(closed.find((one) => one !== undefined)).toBe(closeCode);
});
