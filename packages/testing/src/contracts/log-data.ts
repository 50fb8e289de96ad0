import { expect } from "vitest";
import { hostileIds } from "./hostile-ids.ts";
import { appended, at, duplicate, type LogKit, readAll } from "./log-kit.ts";

const nested = (depth: number) => JSON.parse(`${'{"a":['.repeat(depth)}1${"]}".repeat(depth)}`);

const values: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1.5e-7,
  1e308,
  Number.MAX_SAFE_INTEGER,
  "",
  "null",
  "Zoë 🦊 \u202e \u2028 \u0000 \ufeff",
  "\ud83e alone", // JSON text carries a lone surrogate as an escape; UTF-8 would lose it
  [],
  {},
  [[], [null], {}],
  JSON.parse('{"__proto__":1}'),
  JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}'),
  { z: 1, a: 2, "": 3, "10": 4, "9": 5, toString: 6, S: "dynamo", $type: "x", "a.b": 1, $a: 2 },
  JSON.parse(`{"b":1,"a":{"d":1,"c":[{"f":1,"e":2}]}}`),
  nested(16),
  "x".repeat(30_000),
  "é".repeat(10_000),
];

/** Entries come back as they were given, to the byte; and any string is a safe room. */
export function logData(kit: LogKit): void {
  const { define, entry } = kit;

  define("gives any JSON back to the byte", async () => {
    const log = await kit.create();
    const position = at(await log.head("lobby"));
    for (const [index, data] of values.entries()) {
      appended(await log.append("lobby", entry(`m${index}`, { data }), position));
    }
    const entries = await readAll(await kit.reopen(log), "lobby");
    expect(entries.map(({ data }) => JSON.stringify(data))).toEqual(
      values.map((data) => JSON.stringify(data)),
    );
    for (const [index, data] of values.entries()) {
      const retry = duplicate(await log.append("lobby", entry(`m${index}`, { data }), position));
      expect(JSON.stringify(retry.entry.data)).toBe(JSON.stringify(data));
    }
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  define("gives every other field back, and an absent one absent", async () => {
    const log = await kit.create();
    const messages = [
      entry("A_-z09".repeat(10), { from: { id: "🦊\ud800", name: "é e\u0301 \u0000" } }),
      entry("m2", { from: { id: "bob" }, event: "__proto__", digest: "" }),
      entry("m3", { from: undefined, event: "e".repeat(64), ts: kit.options.now() + 60_000 }),
    ];
    for (const message of messages) appended(await log.append("lobby", message));
    const entries = await readAll(log, "lobby");
    expect(entries).toEqual(messages.map((message, index) => ({ ...message, seq: index + 1 })));
    expect(entries[1]?.from?.name).toBeUndefined();
    expect(entries[2]?.from).toBeUndefined();
  });

  define("takes any string as a room", async () => {
    const log = await kit.create();
    for (const [index, room] of hostileIds.entries()) {
      expect(appended(await log.append(room, entry(`m${index}`))).seq).toBe(1);
    }
    const reader = await kit.reopen(log);
    for (const [index, room] of hostileIds.entries()) {
      expect((await readAll(reader, room)).map(({ mid }) => mid)).toEqual([`m${index}`]);
      expect(await reader.head(room)).toMatchObject({ oldest: 1, head: 1 });
    }
  });
}
