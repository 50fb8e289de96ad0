import { hostileIds } from "@hubbub/testing/contracts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roomInRow, toConnectionRow } from "../../src/dynamo-items.ts";
import {
  connectionKey,
  idOf,
  keyOf,
  logPartition,
  memberKey,
  shardOf,
} from "../../src/dynamo-keys.ts";

/** Any string: lone surrogates, long ones, and those that only differ at their end. */
const anyId = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)), maxLength: 400 }),
  fc.constantFrom(...hostileIds),
  fc.string({ unit: fc.constantFrom(..."#!~./_C0"), maxLength: 6 }),
);

describe("keys", () => {
  it("are different for different strings, short, and safe to join", () => {
    fc.assert(
      fc.property(anyId, anyId, (a, b) => {
        expect(keyOf(a) === keyOf(b)).toBe(a === b);
        expect(keyOf(a)).toMatch(/^[A-Za-z0-9_.-]{1,256}$/);
        expect([a, undefined]).toContain(idOf(keyOf(a)));
      }),
      { numRuns: 2_000 },
    );
    expect(idOf(keyOf("a/b"))).toBe("a/b");
  });

  it("keep kinds, rooms and connections apart", () => {
    fc.assert(
      fc.property(anyId, anyId, anyId, anyId, (room, id, otherRoom, otherId) => {
        const same = room === otherRoom && id === otherId;
        const [one, other] = [memberKey(room, 0, id), memberKey(otherRoom, 0, otherId)];
        expect(one.pk === other.pk && one.sk === other.sk).toBe(same);
        expect(one.sk > "!").toBe(true);
        const kinds = [one.pk, connectionKey(room).pk, logPartition(room)];
        expect(new Set(kinds).size).toBe(3);
      }),
    );
  });

  it("give a connection's rooms back from its row, with their shards", () => {
    fc.assert(
      fc.property(
        anyId,
        fc.uniqueArray(fc.tuple(anyId, fc.nat(999)), { selector: ([room]) => room, maxLength: 8 }),
        (id, rooms) => {
          const entries = rooms.map(([room, shard]) => roomInRow(room, shard));
          const row = toConnectionRow({
            ...connectionKey(id),
            id: JSON.stringify(id),
            ...{ who: '{"userId":"ann"}', proto: "hubbub.v1", openedAt: 1, leaseEnd: 2, v: 3 },
            rooms: Object.fromEntries(entries.map(({ key, value }) => [key, value])),
          });
          expect(row?.connection.connectionId).toBe(id);
          expect(new Map(row?.shards)).toEqual(new Map(rooms));
        },
      ),
    );
  });

  it("place every connection in a shard that is there, and in the only one", () => {
    fc.assert(
      fc.property(anyId, fc.integer({ min: 1, max: 1000 }), (id, shards) => {
        expect(shardOf(id, shards)).toBeLessThan(shards);
        expect(shardOf(id, 1)).toBe(0);
      }),
    );
  });
});
