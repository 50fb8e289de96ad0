import { createContractClock, createSeededRandom } from "@hubbub/testing";
import { describe, expect, it } from "vitest";
import { createWebPubSubConnectionStore, type WebPubSubServiceLike } from "../../src/index.ts";
import { startTable } from "../table/table-kit.ts";
import { createFakeService } from "./fake-service.ts";

const kit = await startTable();

/** A store whose service lists this, too. */
async function setUp(listed: unknown, nextLinks: unknown[] = []) {
  const clock = createContractClock();
  const warnings: string[] = [];
  const logger = { error: () => {}, warn: (message: string) => void warnings.push(message) };
  const { client } = await kit.createTrace();
  const fake = createFakeService();
  const service: WebPubSubServiceLike = {
    ...fake,
    group: (name) => ({
      ...fake.group(name),
      listConnections: async ({ onResponse }) => ({
        byPage: () => ({
          async next() {
            onResponse({}, { value: listed, nextLink: nextLinks.shift() });
            return { done: false, value: listed };
          },
        }),
      }),
    }),
  };
  const options = { clock, logger, random: createSeededRandom(1) };
  const store = createWebPubSubConnectionStore(service, client, options);
  const times = { connectedAt: clock.now(), expiresAt: clock.now() + 60_000 };
  const user = { userId: "ann" };
  const who = { user, protocol: "hubbub.v1" as const, rooms: [], ...times };
  await store.open({ connectionId: "a", ...who });
  await store.join("a", "lobby");
  return { store, warnings, client };
}

describe("what the service lists", { timeout: 30_000 }, () => {
  it("and is no connection, or nobody's, is passed over with one warning", async () => {
    const odd = [null, 1, "a", [], {}, { connectionId: 7 }, { connectionId: "" }];
    const more = [{ connectionId: ".." }, { connectionId: "\ud800" }, { connectionId: "nobody" }];
    const { store, warnings } = await setUp([...odd, ...more, { connectionId: "a" }]);
    const { members, expired } = await store.members("lobby", { limit: 50 });
    expect(members).toMatchObject([{ connectionId: "a", userId: "ann" }]);
    expect(expired).toEqual([]);
    expect(await store.count("lobby")).toBe(1);
    expect(warnings).toHaveLength(1);
  });

  it("fills a page even with what is passed over", async () => {
    const { store } = await setUp(Array.from({ length: 5 }, () => ({})));
    expect(await store.members("lobby", { limit: 5 })).toMatchObject({ members: [] });
  });

  it.each([
    ["of another host", "https://other.example/connections?top=1&continuationToken=t#x"],
    ["without a host", "/api/hubs/chat/groups/g/connections?continuationToken=t"],
  ])("goes on behind a link %s", async (_, link) => {
    const { store } = await setUp([{ connectionId: "a" }], [link]);
    const { cursor } = await store.members("lobby", { limit: 1 });
    expect(cursor).toBe(`0.${Buffer.from("t").toString("base64url")}`);
  });

  it.each([
    ["no token", "https://x.example/connections?top=1"],
    ["an empty token", "https://x.example/connections?continuationToken="],
    ["no query", "next"],
    ["no text", { page: 2 }],
  ])("behind a link with %s is no end of the room, but an error", async (_, link) => {
    const { store } = await setUp([{ connectionId: "a" }], [link, link]);
    const unavailable = { code: "unavailable" };
    await expect(store.members("lobby", { limit: 1 })).rejects.toMatchObject(unavailable);
    await expect(store.count("lobby")).rejects.toMatchObject(unavailable);
  });

  it.each([undefined, null, ""])("ends where the link is %j", async (link) => {
    const { store } = await setUp([{ connectionId: "a" }], [link]);
    expect((await store.members("lobby", { limit: 5 })).cursor).toBeUndefined();
  });

  it.each([
    ["an object", {}],
    ["a text", "a"],
    ["null", null],
  ])("as %s is an error, and makes no room empty", async (_, listed) => {
    const { store } = await setUp(listed);
    await expect(store.members("lobby", { limit: 5 })).rejects.toMatchObject({
      code: "unavailable",
    });
    await expect(store.count("lobby")).rejects.toMatchObject({ code: "unavailable" });
  });
});
