import { describe, expect, it } from "vitest";
import type { HubbubClientError } from "../src/errors.ts";
import { settle, setUp, setUpRoom } from "./setup.ts";

const code = (promise: Promise<unknown>) => promise.catch((error: HubbubClientError) => error.code);

describe("an answer", () => {
  it("is not spoilt by fields that are unknown for its type", async () => {
    const { server, room } = await setUpRoom();
    server.intercept = ({ type, mid, room: name }, socket) => {
      const unknown = { code: "not_joined", retryable: true };
      if (type === "publish") socket.push({ type: "ack", mid, room: name, reply: 1, ...unknown });
      return type === "publish";
    };
    expect(await room.request("rename", {})).toBe(1);
    expect(server.sent("publish")).toHaveLength(1);
  });

  it("that comes after the room is left starts nothing", async () => {
    const { server, clock, room } = await setUpRoom();
    server.intercept = ({ type }) => type === "who";
    void room.who().catch(() => {});
    await settle();
    await room.leave();
    const timers = clock.timers;
    const [who] = server.sent("who");
    server.last.push({ type: "error", code: "unavailable", retryable: true, id: who?.id });
    expect(clock.timers).toBe(timers - 1); // That of the answer is gone.
  });
});

describe("a request", () => {
  it("waits for the connection, and is answered", async () => {
    const { client } = setUp();
    expect(await client.join("lobby").request("rename", { title: "x" })).toEqual({ ok: true });
  });

  it("is not repeated when nobody knows what became of it", async () => {
    const { server, clock, room } = await setUpRoom();
    server.intercept = ({ type }) => type === "publish";
    const lost = code(room.request("rename", {}));
    await settle();
    server.last.drop();
    await clock.advance(500);
    expect(await lost).toBe("connection_lost");
    const late = code(room.request("rename", {}));
    await clock.advance(10_000);
    expect(await late).toBe("timeout");
    expect(server.sent("publish")).toHaveLength(2);
  });

  it("is repeated when the room was forgotten, and rejected with the server's code else", async () => {
    const { server, room } = await setUpRoom();
    const codes = ["not_joined", "rate_limited"];
    server.intercept = ({ type, mid }, socket) => {
      const next = type === "publish" && codes.shift();
      if (next) socket.push({ type: "error", mid, code: next, message: "", retryable: true });
      return !!next;
    };
    const error: unknown = await room.request("rename", {}).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "rate_limited", retryable: true });
    expect(server.sent("join")).toHaveLength(2);
  });
});
