import { describe, expect, it } from "vitest";
import { HubbubClientError } from "../src/errors.ts";
import { settle, setUpRoom } from "./setup.ts";

const code = (promise: Promise<unknown>) => promise.catch((error: HubbubClientError) => error.code);

describe("what is published", () => {
  it("is copied at once, and refused if it can't be a frame", async () => {
    const { server, room } = await setUpRoom();
    const data = { text: "before" };
    const ack = room.publish("say", data);
    data.text = "after";
    await ack;
    expect(server.sent("publish")[0]?.data).toEqual({ text: "before" });
    const circle: unknown[] = [];
    circle.push(circle);
    let deep: unknown = 0;
    for (let level = 0; level < 31; level++) deep = [deep];
    for (const bad of [circle, deep, 1n])
      expect(await code(room.publish("say", bad))).toBe("invalid_argument");
    expect(await code(room.publish("say", {}, { mid: "a b" }))).toBe("invalid_argument");
    expect(await code(room.publish("", {}))).toBe("invalid_argument");
    expect(await code(room.publish("say", "x".repeat(33_000)))).toBe("too_large");
  });

  it("is bounded by maxPending", async () => {
    const { room, server } = await setUpRoom({ maxPending: 2 });
    server.intercept = ({ type }) => type === "publish";
    void room.publish("say", {}).catch(() => {});
    void room.publish("say", {}).catch(() => {});
    expect(await code(room.publish("say", {}))).toBe("too_many_pending");
    await room.leave();
    await settle();
  });

  it("is rejected with closed when the client closes", async () => {
    const { client, server, room } = await setUpRoom();
    server.intercept = ({ type }) => type === "publish";
    const codes = Promise.all([code(room.publish("say", {})), code(room.publish("say", {}))]);
    await settle();
    await client.close();
    expect(await codes).toEqual(["closed", "closed"]);
    expect(await code(room.publish("say", {}))).toBe("closed");
    expect(() => client.join("x")).toThrow(HubbubClientError);
  });
});
