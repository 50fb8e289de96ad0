import { once } from "node:events";
import type { Room } from "@hubbub/client";
import { defineChat } from "@hubbub/core";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { startClassic } from "../classic/classic-kit.ts";
import { chat, type FunctionsKit, startFunctions } from "./functions-kit.ts";

type Events = typeof chat.definition.events;

/** Joins a room, and collects what is said there. */
async function enter(kit: FunctionsKit<Events>) {
  const room: Room<Events> = kit.open().join("hall");
  const heard: string[] = [];
  room.on("message", ({ data }) => void heard.push(data.text));
  await room.joined;
  return { room, heard };
}

describe("clients that speak hubbub.v1", { timeout: 30_000 }, () => {
  it("hear each other, once and in order, though pushes fail and calls run twice", async () => {
    const kit = await startFunctions(chat, {}, { latency: { invokeMs: [0, 20], pushMs: [0, 20] } });
    const people = await Promise.all([enter(kit), enter(kit), enter(kit)]);
    let pushes = 0;
    kit.gateway.faults.pushes = () => {
      pushes += 1;
      if (pushes % 7 === 0) return { error: "cut", afterEffect: true };
      return pushes % 11 === 0 ? { error: "refused", afterEffect: true } : undefined;
    };
    kit.gateway.faults.invocations = ({ websocket }) => ("data" in websocket ? [0, 30] : [0]);
    for (let n = 0; n < 10; n++) await people[n % 3]?.room.publish("say", { text: String(n) });
    const expected = Array.from({ length: 10 }, (_, n) => String(n));
    for (const { heard } of people) {
      await expect.poll(() => heard, { timeout: 20_000 }).toEqual(expected);
    }
    expect(kit.gateway.counts).toMatchObject({ failures: 0, cuts: 0 });
  });

  const { plain: _, ...definition } = chat.definition;
  it.each([
    ["one LIST", defineChat<Events>(definition)],
    ["one LIST, which counts plain clients as well", chat],
  ])("cost one PUT and a push for each, and %s, for a message", async (_name, costing) => {
    const kit = await startClassic(costing);
    const people = [await enter(kit), await enter(kit), await enter(kit)];
    await people[0]?.room.publish("say", { text: "warm" });
    for (const { heard } of people) await expect.poll(() => heard).toEqual(["warm"]);
    await kit.gateway.idle();
    const counts = () => [
      kit.cos.count("PutObject"),
      kit.cos.count("GetBucket"),
      kit.gateway.counts.pushes,
    ];
    const before = counts();
    await people[0]?.room.publish("say", { text: "counted" });
    for (const { heard } of people) await expect.poll(() => heard).toEqual(["warm", "counted"]);
    await kit.gateway.idle();
    expect(counts().map((count, index) => count - (before[index] ?? 0))).toEqual([1, 1, 3]);
  });
});

describe("a server that closes a connection", () => {
  it("removes its row, too: the gateway invokes no cleanup", async () => {
    const kit = await startFunctions(chat);
    const [ann, bob] = [new WebSocket(kit.gateway.url), new WebSocket(kit.gateway.url)];
    onTestFinished(() => {
      ann.terminate();
      bob.terminate();
    });
    await Promise.all([once(ann, "open"), once(bob, "open")]);
    expect(await kit.functions.hub.online("lobby")).toBe(2);
    const closed = once(ann, "close");
    ann.send(Buffer.from([1, 2, 3])); // A plain client sends text.
    expect((await closed)[0]).toBe(1000);
    await kit.gateway.idle();
    expect(await kit.functions.hub.online("lobby")).toBe(1);
    expect(kit.gateway.counts).toMatchObject({ closings: 1, cleanup: 0 });

    const [left] = await kit.functions.hub.members("lobby");
    const kicked = once(bob, "close");
    expect(await kit.functions.hub.kick(left?.id ?? "")).toBe(1);
    await kicked;
    expect(await kit.functions.hub.online("lobby")).toBe(0);
  });
});
