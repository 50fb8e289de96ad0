import { describe, expect, it } from "vitest";
import { toJson, validate } from "../src/event-data.ts";
import type { Schema } from "../src/index.ts";
import { createChat } from "./chats.ts";
import { createRig } from "./rig.ts";

type Issues = readonly {
  message: string;
  path?: readonly (PropertyKey | { key: PropertyKey })[];
}[];

/** What is said of data that a schema finds these issues in. */
async function complaint(issues: Issues): Promise<string> {
  const schema = {
    "~standard": { version: 1, vendor: "test", validate: () => ({ issues }) },
  } as unknown as Schema;
  const error: unknown = await validate({}, schema, 1, "the data").catch((thrown) => thrown);
  expect(error).toMatchObject({ code: "bad_data" });
  return (error as Error).message;
}

describe("validate", () => {
  it("says where the first issue is, if the schema does", async () => {
    expect(await complaint([{ message: "too long" }])).toBe("the data: too long");
    expect(await complaint([{ message: "too long", path: [] }])).toBe("the data: too long");
    const path = ["users", 0, { key: "name" }];
    const issues = [{ message: "too long", path }, { message: "no" }];
    expect(await complaint(issues)).toBe("the data at users.0.name: too long");
    expect(await complaint([])).toBe("the data: wrong");
  });
});

describe("toJson", () => {
  it("leaves JSON values as they are, and makes null of what JSON leaves out", () => {
    for (const value of [null, 0, "", false, [], { a: 1 }]) expect(toJson(value, "it")).toBe(value);
    for (const value of [undefined, () => 1, Symbol("s")]) expect(toJson(value, "it")).toBeNull();
    expect(() => toJson(1n, "it")).toThrow(expect.objectContaining({ code: "internal" }));
  });
});

describe("an unknown event", () => {
  it("is quoted with 64 characters at most", async () => {
    const { enter, send, hub } = createRig(createChat());
    await enter("ada", "lobby");
    const frame = { type: "publish", room: "lobby", event: "x".repeat(64), mid: "m" };
    const { frames } = await send("ada", frame);
    expect(frames).toMatchObject([{ code: "unknown_event" }]);
    const error: unknown = await hub
      .publish("lobby", "y".repeat(5000) as "say", { text: "a" })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "unknown_event" });
    expect((error as Error).message.length).toBeLessThan(200);
  });
});
