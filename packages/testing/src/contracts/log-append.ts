import { expect } from "vitest";
import { appended, at, duplicate, type LogKit, readAll } from "./log-kit.ts";

/** Storing once: what is new, what is a retry and what is neither. */
export function logAppend(kit: LogKit): void {
  const { define, entry } = kit;

  define("has an epoch before it has an entry, and keeps it", async () => {
    const log = await kit.create();
    const unborn = await log.head("lobby");
    expect(unborn).toMatchObject({ oldest: 1, head: 0 });
    expect(unborn.epoch).toMatch(/^.{1,64}$/su);
    expect(await log.head("lobby")).toEqual(unborn);
    expect(await (await kit.reopen(log)).head("lobby")).toEqual(unborn);
    expect(await log.read("lobby", { after: 0, limit: 10 })).toEqual({ ...unborn, entries: [] });
    const first = appended(await (await kit.reopen(log)).append("lobby", entry("m1"), at(unborn)));
    expect(first).toMatchObject({ epoch: unborn.epoch, seq: 1, oldest: 1, head: 1 });
    expect(await log.head("lobby")).toMatchObject({ epoch: unborn.epoch, oldest: 1, head: 1 });
  });

  define("numbers entries 1, 2, 3, … per room, and reads them at once", async () => {
    const log = await kit.create();
    const reader = await kit.reopen(log);
    for (const room of ["lobby", "attic"]) {
      for (const seq of [1, 2, 3]) {
        const [result] = await kit.fill(log, room, `${room}-${seq}`);
        expect(result).toMatchObject({ seq, head: seq, oldest: 1 });
        expect(await reader.head(room)).toMatchObject({ head: seq, epoch: result?.epoch });
        const page = await reader.read(room, { after: seq - 1, limit: 1 });
        expect(page.entries).toEqual([{ ...entry(`${room}-${seq}`), seq }]);
      }
    }
    expect((await readAll(log, "lobby")).map(({ mid }) => mid)).toEqual([
      "lobby-1",
      "lobby-2",
      "lobby-3",
    ]);
  });

  define("appends without a position what is new", async () => {
    const log = await kit.create();
    expect(appended(await log.append("lobby", entry("m1"))).seq).toBe(1);
    expect(appended(await log.append("lobby", entry("m2"))).seq).toBe(2);
    expect(await readAll(log, "lobby")).toHaveLength(2);
  });

  define("answers every retry with the first entry and its seq", async () => {
    const log = await kit.create();
    const position = at(await log.head("lobby"));
    const message = entry("m1");
    appended(await log.append("lobby", message, position));
    for (const others of [[], ["m2"], ["m3", "m4"]]) {
      await kit.fill(log, "lobby", ...others);
      const before = await log.head("lobby");
      const later = { ...message, ts: message.ts + 5_000 };
      for (const instance of [log, await kit.reopen(log)]) {
        const retry = duplicate(await instance.append("lobby", later, position));
        expect(retry.entry).toEqual({ ...message, seq: 1 });
        expect(retry).toMatchObject(before);
      }
    }
    expect((await readAll(log, "lobby")).map(({ mid }) => mid)).toEqual(["m1", "m2", "m3", "m4"]);
  });

  define("finds an earlier try anywhere between the position and the head", async () => {
    const log = await kit.create();
    const results = await kit.fill(log, "lobby", "m1", "m2", "m3", "m4", "m5");
    const { epoch } = await log.head("lobby");
    for (const { seq } of results) {
      for (let after = 0; after < seq; after++) {
        const retry = await log.append("lobby", entry(`m${seq}`), { epoch, after });
        expect(duplicate(retry).entry.seq).toBe(seq);
      }
    }
    expect(await readAll(log, "lobby")).toHaveLength(5);
  });

  define("tells a retry from another message with the same mid", async () => {
    const log = await kit.create();
    const position = at(await log.head("lobby"));
    await kit.fill(log, "lobby", "m1", "m2");
    const before = await log.head("lobby");
    const other = entry("m1", { digest: "another", data: { text: "another" } });
    for (let time = 0; time < 2; time++) {
      const result = await log.append("lobby", other, position);
      expect(result).toMatchObject({ ...before, status: "mid-conflict", seq: 1 });
    }
    expect(duplicate(await log.append("lobby", entry("m1"), position)).entry.seq).toBe(1);
    expect((await readAll(log, "lobby"))[0]).toEqual({ ...entry("m1"), seq: 1 });
    expect(await log.head("lobby")).toEqual(before);
  });

  define(
    "takes the same mid of another user, of the server or in another room for another message",
    async () => {
      const log = await kit.create();
      const position = at(await log.head("lobby"));
      const { from: _from, ...ofServer } = entry("m1");
      const messages = [
        entry("m1"),
        entry("m1", { from: { id: "bob" } }),
        ofServer,
        ...["", "undefined", "null", "server", "__proto__", "Ann", "ann "].map((id) =>
          entry("m1", { from: { id } }),
        ),
      ];
      for (const [index, message] of messages.entries()) {
        const { seq } = appended(await log.append("lobby", message, position));
        expect(seq).toBe(index + 1);
      }
      for (const [index, message] of messages.entries()) {
        const { entry: stored } = duplicate(await log.append("lobby", message, position));
        expect(stored).toEqual({ ...message, seq: index + 1 });
      }
      appended(await log.append("attic", entry("m1"), at(await log.head("attic"))));
      expect(await readAll(log, "lobby")).toHaveLength(messages.length);
    },
  );

  define("does not confuse users and mids that only look alike when they are joined", async () => {
    const log = await kit.create();
    const position = at(await log.head("lobby"));
    for (const separator of ["-", "_", "--", "__", ""]) {
      const long = entry(`b${separator}c`, { from: { id: "a" } });
      const short = entry("c", { from: { id: `a${separator}b` } });
      appended(await log.append("lobby", long, position));
      appended(await log.append("lobby", short, position));
    }
    expect(await readAll(log, "lobby")).toHaveLength(10);
  });

  define("goes by the user's id, not by the name", async () => {
    const log = await kit.create();
    const position = at(await log.head("lobby"));
    appended(await log.append("lobby", entry("m1"), position));
    const renamed = entry("m1", { from: { id: "ann", name: "Anna" } });
    expect(duplicate(await log.append("lobby", renamed, position)).entry.seq).toBe(1);
    const { seq } = appended(
      await log.append("lobby", entry("m1", { from: { id: "x", name: "Ann" } }), position),
    );
    expect(seq).toBe(2);
  });
}
