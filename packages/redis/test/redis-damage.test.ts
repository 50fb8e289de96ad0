import { createSeededRandom } from "@hubbub/testing";
import { describe, expect, it } from "vitest";
import { append } from "./redis-log-kit.ts";
import { LEASE_MS, type RedisRig } from "./redis-rig.ts";
import { useRedisRigs } from "./redis-rigs.ts";

const ROUNDS = 15; // For each seed: a test that is short even on a busy machine.

const newRig = useRedisRigs();

const TEXTS = [
  ...["", "x", "null", "0", "1", "-1", "1.5", "[]", "{}", "inf", "-inf", "nan", "1e999", "0x10"],
  ...["9".repeat(30), "9007199254740991", "\u0000", "a\nb", "'] x", "_zz_", '{"connectionId":"b"}'],
];
const SCORES = ["inf", "-inf", "0", "-1", "0.5", "1", "2", "1e300", "9007199254740993"];
const FIELDS = ["e", "k", "c", "u", "m", "r:lobby", "r:attic", "r:a b", "h", "r", "x"];
const SLOTS = ["*", "3-1", "4-0", "9-0", "9999999999999999-0"];
const KEYS = ["c:a", "c:zz", "o:lobby", "x:lobby", "o:attic", "x:attic", "u:user-of-a", "t:a", "n"];

type Pick = <T>(from: readonly T[]) => T;

/** Commands that damage what belongs to connection `a`, to rooms or to the log. */
function damageTo(key: string, pick: Pick): string[] {
  const who = pick(["a", "b", "c", "zz", ...TEXTS]);
  const field = pick(FIELDS);
  return pick([
    ...[
      ["DEL", key],
      ["SET", key, pick(TEXTS)],
      ["RPUSH", key, "x"],
      ["HDEL", key, field],
    ],
    ...[
      ["HSET", key, field, pick(TEXTS)],
      ["HSET", key, field, pick(TEXTS)],
    ],
    ...[
      ["ZADD", key, pick(SCORES), who],
      ["ZADD", key, pick(SCORES), who],
      ["ZREM", key, who],
    ],
    ...[
      ["XADD", key, pick(SLOTS), pick(["k", "e"]), pick(TEXTS)],
      ["XDEL", key, pick(["1", "3"])],
    ],
  ]);
}

/** What may be asked of store and log. */
function operationsOf(rig: RedisRig, pick: Pick): (() => Promise<unknown>)[] {
  const { store, clock } = rig;
  const log = rig.log();
  const room = pick(["lobby", "attic"]);
  return [
    ...[() => store.get("a"), () => store.touch("a", clock.now() + 2 * LEASE_MS)],
    ...[() => store.join("a", room), () => store.leave("a", room), () => store.count(room)],
    ...[
      () => store.open(rig.connection("a")),
      () => store.close("a"),
      () => rig.list(pick([1, 2])),
    ],
    ...[() => store.connectionsOf("user-of-a"), () => append(rig, "new"), () => log.head("lobby")],
    () => log.read("lobby", { after: pick([0, 1, 2, 3]), limit: pick([1, 2, 5]) }),
    async () => append(rig, "m2", { epoch: (await log.head("lobby")).epoch, after: 0 }),
  ];
}

/** Both other members are there, once, and a message reaches the log's end. */
async function expectToGoOn(rig: RedisRig, done: string[]): Promise<void> {
  for (const id of ["b", "c"]) {
    rig.clock.advance(10);
    expect(await rig.store.touch(id, rig.clock.now() + LEASE_MS), done.join("; ")).toBe(true);
    const found = await rig.list(1);
    expect(found, done.join("; ")).toContain(id);
    expect(new Set(found).size, done.join("; ")).toBe(found.length);
  }
  const { head } = await rig.log().head("lobby");
  expect(await append(rig, "last"), done.join("; ")).toMatchObject({ seq: head + 1 });
  const { entries } = await rig.log().read("lobby", { after: head, limit: 5 });
  expect(entries, done.join("; ")).toMatchObject([{ mid: "last" }]);
}

describe("whatever is damaged in Redis", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])(
    "nothing is thrown, and all others go on (seed %i)",
    async (seed) => {
      const random = createSeededRandom(seed);
      const pick: Pick = (from) =>
        from[Math.floor(random() * from.length)] as (typeof from)[number];
      for (let round = 0; round < ROUNDS; round++) {
        const rig = newRig();
        await rig.enter("a", "b", "c");
        for (const mid of ["m1", "m2", "m3"]) await append(rig, mid);
        const keys = [...KEYS.map(rig.key), ...["log", "entries"].map(rig.logKey)];
        const done: string[] = [];
        for (let times = pick([1, 2, 3]); times > 0; times--) {
          const key = pick(keys);
          const [command = "", ...args] = damageTo(key, pick);
          if (pick([true, false])) await rig.call("DEL", key);
          done.push([command, ...args].join(" "));
          await rig.call(command, ...args).catch(() => {}); // Redis refuses some of them.
        }
        for (let times = 0; times < 10; times++) {
          const operation = pick(operationsOf(rig, pick));
          await operation().catch((cause) => {
            throw new Error(`${operation} after ${done.join("; ")}`, { cause });
          });
        }
        await expectToGoOn(rig, done);
      }
    },
  );
});
