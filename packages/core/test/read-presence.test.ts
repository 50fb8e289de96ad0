import { expect, it } from "vitest";
import type { Member } from "../src/index.ts";
import { readPresence } from "../src/read-presence.ts";

/** A room of connections, read page by page, and what was asked of its store. */
function room(connections: [id: string, userId: string, name?: string][], expired: string[] = []) {
  const asked: unknown[] = [];
  const all = connections.map(
    ([connectionId, userId, name]): Member => ({
      connectionId,
      userId,
      ...(name === undefined ? {} : { name }),
      protocol: "hubbub.v1",
    }),
  );
  const store = {
    async members(_room: string, { cursor = "0", limit }: { cursor?: string; limit: number }) {
      asked.push(limit);
      const end = Number(cursor) + Math.min(limit, 2); // No page has more than two.
      return {
        members: all.slice(Number(cursor), end),
        cursor: end < all.length ? String(end) : undefined,
        ...(expired.length > 0 ? { expired } : {}),
      };
    },
    async count() {
      asked.push("count");
      return all.length;
    },
  };
  const gone: string[] = [];
  const read = (maxListed: number) =>
    readPresence(store, "lobby", maxListed, (id) => void gone.push(id));
  return { read, asked, gone };
}

const three: [string, string, string?][] = [
  ["c1", "cid", "Cid"],
  ["c2", "ada"],
  ["c3", "bob"],
];

it("lists each user once, in order, up to the limit", async () => {
  const { read, asked } = room([...three, ["c4", "ada"]]);
  const { members, online } = await read(4);
  expect(members).toEqual([{ id: "ada" }, { id: "bob" }, { id: "cid", name: "Cid" }]);
  expect(online).toBe(3);
  expect(asked).toEqual([5, 5]);
});

it("answers the same version for the same users, however they come, and another for others", async () => {
  const { version } = await room(three).read(3);
  expect((await room(three.toReversed()).read(3)).version).toBe(version);
  expect((await room([...three, ["c4", "bob"]]).read(4)).version).toBe(version);
  expect((await room(three.slice(1)).read(3)).version).not.toBe(version);
});

it("counts beyond the limit, and asks for the number only where it has not seen everybody", async () => {
  const seen = room(three);
  expect(await seen.read(2)).toEqual({ online: 3, version: "n3" });
  expect(seen.asked).toEqual([3, 3]);
  const unseen = room(three);
  expect(await unseen.read(1)).toEqual({ online: 3, version: "n3" });
  expect(unseen.asked).toEqual([2, "count"]);
});

it("knows an empty room, with or without a list", async () => {
  expect(await room([]).read(200)).toMatchObject({ online: 0, members: [] });
  expect(await room([]).read(0)).toMatchObject({ online: 0, members: [] });
});

it("names the connections whose lease has ended", async () => {
  const { read, gone } = room(three, ["x", "y"]);
  await read(1);
  expect(gone).toEqual(["x", "y"]);
});
