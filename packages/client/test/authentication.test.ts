import { describe, expect, it } from "vitest";
import { createFakeServer } from "./fake-server.ts";
import { setUp, setUpRoom } from "./setup.ts";

describe("an authentication that ended", () => {
  const refuse = (server: ReturnType<typeof createFakeServer>, token: string) => {
    server.intercept = (frame, socket) => {
      if (frame.type !== "hello" || frame.token !== token) return false;
      queueMicrotask(() => {
        socket.push({ type: "error", code: "unauthenticated", message: "bad", retryable: false });
        socket.drop(4401);
      });
      return true;
    };
  };

  it("is renewed once with a new token", async () => {
    const server = createFakeServer();
    refuse(server, "old");
    const tokens = ["old", "new"];
    const { client, clock } = setUp({ token: () => tokens.shift() }, server);
    await clock.advance(1000);
    expect(client.state).toBe("open");
    expect(server.sent("hello").map(({ token }) => token)).toEqual(["old", "new"]);
  });

  it("ends the client when the new token is refused as well, or there is none", async () => {
    for (const token of [() => "old", "old"]) {
      const server = createFakeServer();
      refuse(server, "old");
      const { client, clock } = setUp({ token }, server);
      const room = client.join("lobby");
      await clock.advance(60_000);
      expect(server.sockets).toHaveLength(typeof token === "string" ? 1 : 2);
      expect(await client.closed).toMatchObject({ code: 4401, error: { code: "unauthenticated" } });
      await expect(room.joined).rejects.toMatchObject({
        code: "closed",
        cause: { code: "unauthenticated" },
      });
    }
  });

  it("is renewed while connected, where the gateway loses the close code", async () => {
    const { server, clock, client } = await setUpRoom({ token: () => "t" });
    server.last.push({ type: "error", code: "token_expired", message: "", retryable: false });
    expect(client.state).toBe("resuming");
    await clock.advance(500);
    expect(client.state).toBe("open");
  });
});
