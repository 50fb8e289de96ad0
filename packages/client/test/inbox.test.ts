import { describe, expect, it } from "vitest";
import type { HubbubClientError } from "../src/errors.ts";
import type { Frame } from "./fake-socket.ts";
import { setUp } from "./setup.ts";

const code = (promise: Promise<unknown>) => promise.catch((error: HubbubClientError) => error.code);
const places = (frames: Frame[]) => frames.map(({ epoch, after }) => ({ epoch, after }));
const reset = (head: number) => ({
  ...{ type: "reset", mid: "m", room: "@bob", epoch: "e1", oldest: 1, head },
});

describe("client.to", () => {
  it("is the same inbox for the same user, in normalization form C", async () => {
    const { client, server } = setUp();
    expect(client.to("caf\u00e9")).toBe(client.to("cafe\u0301"));
    await client.to("cafe\u0301").publish("say", {});
    expect(server.sent("publish").at(-1)?.room).toBe("@caf\u00e9");
  });

  it("is the own inbox, if that is joined, for the own id", async () => {
    const { client, server } = setUp();
    const inbox = client.inbox();
    await inbox.joined;
    expect(client.to("ann")).toBe(inbox);
    expect(client.to("bob")).not.toBe(inbox);
    server.say("@ann", "hi");
    await client.to("ann").publish("say", {});
    expect(server.sent("publish")).toMatchObject([{ epoch: "e1", after: 1 }]);
  });

  it("waits for the connection, and again after a break", async () => {
    const { client, server, clock } = setUp();
    expect(client.to("bob").signal("typing", {})).toBe(false);
    const early = client.to("bob").publish("say", {});
    expect(await early).toMatchObject({ seq: 1 });
    server.last.drop();
    const late = client.to("bob").publish("say", {});
    await clock.advance(500);
    expect(await late).toMatchObject({ seq: 2 });
    expect(server.sent("join")).toEqual([]);
  });

  it("throws closed when the client is", async () => {
    const { client } = setUp();
    const inbox = client.to("bob");
    await client.close();
    expect(() => client.to("bob")).toThrow(expect.objectContaining({ code: "closed" }));
    expect(() => client.inbox()).toThrow(expect.objectContaining({ code: "closed" }));
    expect(await code(inbox.publish("say", {}))).toBe("closed");
  });
});

describe("a publish to another user's inbox", () => {
  it("is looked for in all of another log", async () => {
    const { client, server } = setUp();
    await client.to("bob").publish("say", {});
    Object.assign(server.log("@bob"), { epoch: "e2", oldest: 4, entries: [] });
    server.say("@bob", "other");
    expect(await client.to("bob").publish("say", {})).toMatchObject({ epoch: "e2", seq: 5 });
    expect(places(server.sent("publish")).slice(-2)).toEqual([
      { epoch: "e1", after: 1 },
      { epoch: "e2", after: 3 },
    ]);
  });

  it("is sent again unchanged after a reset that does not concern its position", async () => {
    const { client, server } = setUp();
    let resets = 3;
    server.intercept = ({ type, after }, socket) => {
      if (type !== "publish" || !resets--) return false;
      socket.push(reset(after === undefined ? 4 : 4 + resets));
      return true;
    };
    for (let seq = 1; seq <= 4; seq++) server.say("@bob", `${seq}`);
    expect(await client.to("bob").publish("say", {}, { mid: "m" })).toMatchObject({ seq: 5 });
    expect(places(server.sent("publish"))).toEqual([
      {},
      { epoch: "e1", after: 4 },
      { epoch: "e1", after: 4 },
      { epoch: "e1", after: 4 },
    ]);
  });

  it.each([
    ["the log begins after it", { oldest: 6, head: 9 }],
    ["the log ends before it", { oldest: 1, head: 3 }],
  ])("is undecided when its position is refused: %s", async (_why, state) => {
    const { client, server } = setUp();
    for (let seq = 1; seq <= 4; seq++) server.say("@bob", `${seq}`);
    server.intercept = ({ type, mid, after }, socket) => {
      if (type !== "publish" || after === undefined) return false;
      socket.push({ ...reset(0), mid, ...state });
      return true;
    };
    expect(await code(client.to("bob").publish("say", {}))).toBe("undecided");
    expect(server.sent("publish")).toHaveLength(2);
  });

  it("is undecided when it is too far behind, if a doubled answer hid what became of a try", async () => {
    const { client, server } = setUp();
    let tries = 0;
    server.intercept = ({ type }, socket) => {
      if (type !== "publish") return false;
      tries++;
      if (tries <= 2) socket.push(reset(0));
      if (tries === 2) server.say("@bob", "", { mid: "m", from: { id: "ann" } }); // The ack is lost.
      if (tries === 3) socket.push({ type: "error", code: "sync_required", mid: "m" });
      return tries <= 3;
    };
    expect(await code(client.to("bob").publish("say", {}, { mid: "m" }))).toBe("undecided");
    expect(server.log("@bob").entries).toHaveLength(1);
  });
});
