import { describe, expect, it } from "vitest";
import type { HubbubClientError } from "../src/errors.ts";
import { settle, setUp, setUpRoom } from "./setup.ts";

const code = (promise: Promise<unknown>) => promise.catch((error: HubbubClientError) => error.code);

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
