import { expect, it } from "vitest";
import { createSeededRandom } from "../../testing/src/index.ts";
import { createChat } from "./chats.ts";
import { createRig } from "./rig.ts";

const PIECES = [
  ...'{}[]",:',
  '"type"',
  '"join"',
  '"publish"',
  '"room"',
  '"lobby"',
  '"mid"',
  '"seq"',
  "-1",
  "1e999",
  "null",
  "\\",
  "\u0000",
  "\ud800",
  '"__proto__"',
];

it("never rejects, whatever random text or frame a client sends", async () => {
  const { hub, clock, enter } = createRig(createChat());
  for (const id of ["ada", "bob"]) await enter(id, "lobby");
  const random = createSeededRandom(11);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const values = [
    0,
    -1,
    1.5,
    "",
    "a",
    "lobby",
    "@ada",
    "@bob",
    null,
    true,
    [],
    {},
    "\ud800",
    "say",
  ];
  const fields = ["room", "event", "data", "mid", "epoch", "after", "seq", "last", "id", "rooms"];
  const types = ["hello", "join", "leave", "publish", "signal", "history", "who", "ping", "x"];
  const frame = () => ({
    type: pick(types),
    ...Object.fromEntries(fields.filter(() => random() < 0.4).map((name) => [name, pick(values)])),
  });
  for (let n = 0; n < 4000; n++) {
    const text =
      random() < 0.7
        ? JSON.stringify(random() < 0.2 ? [frame(), frame()] : frame())
        : Array.from({ length: 1 + Math.floor(random() * 12) }, () => pick(PIECES)).join("");
    const connectionId = pick(["ada", "bob", `stranger-${n % 50}`]);
    const { replies, done } = await hub.transport({ connectionId, data: text });
    for (const reply of replies) expect(() => JSON.parse(reply)).not.toThrow();
    done.then(
      () => {},
      () => expect.unreachable("done rejected"),
    );
    if (n % 20 === 0) await clock.advance(1000);
  }
  await clock.advance(60_000);
  expect(Object.keys(Object.prototype)).toEqual([]);
});
