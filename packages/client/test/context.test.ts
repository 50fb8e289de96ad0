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

  it("may be nested as deep as a frame may be, and hold null", async () => {
    const { server, room } = await setUpRoom();
    let deep: unknown = [null];
    for (let level = 1; level < 30; level++) deep = { deep };
    await room.publish("say", deep);
    expect(server.sent("publish")[0]?.data).toEqual(deep);
    expect(await code(room.publish("say", [0, { deep }]))).toBe("invalid_argument");
    await room.publish("say", undefined);
    expect(server.sent("publish")[1]?.data).toBeNull();
  });

  it("has a mid of 1 to 64 characters and an event of as many", async () => {
    const { server, room } = await setUpRoom();
    const long = "m".repeat(64);
    expect(await room.publish("e".repeat(64), 1, { mid: long })).toMatchObject({ mid: long });
    expect(await room.publish("e", 1, { mid: "-" })).toMatchObject({ mid: "-" });
    for (const mid of ["", `${long}m`, "a.b", "é", " a", "a "]) {
      expect(await code(room.publish("say", 1, { mid }))).toBe("invalid_argument");
    }
    expect(await code(room.publish("e".repeat(65), 1))).toBe("invalid_argument");
    await room.publish("say", 1);
    expect(server.sent("publish").at(-1)?.mid).toMatch(/^[a-z0-9]{25}$/);
    expect(server.sent("publish")).toHaveLength(3);
  });

  it("is bounded by maxPending", async () => {
    const { room, server, clock } = await setUpRoom({ maxPending: 2 });
    server.intercept = ({ type }) => type === "publish";
    void room.publish("say", {}).catch(() => {});
    void room.publish("say", {}).catch(() => {});
    expect(await code(room.publish("say", {}))).toBe("too_many_pending");
    server.intercept = () => false;
    await clock.advance(10_000);
    await Promise.all([room.publish("say", {}), room.publish("say", {})]);
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
