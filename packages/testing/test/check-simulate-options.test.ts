import { defineChat, type InvalidArgumentError } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type SimulateOptions, simulate } from "../src/index.ts";
import { checkSimulateOptions } from "../src/simulation/check-simulate-options.ts";

const chat = defineChat({ events: { say: { data: z.object({ text: z.string() }) } } });

describe("the options of simulate", () => {
  it.each([
    ["simulate: fault", { fault: {} }],
    ["seed", { seed: 1.5 }],
    ["seed", { seed: Number.NaN }],
    ["gateway", { gateway: "lambda" }],
    ["faults", { faults: "all" }],
    ["faults: pushLos", { faults: { pushLos: 0.1 } }],
    ["faults.pushLost", { faults: { pushLost: 1.1 } }],
    ["faults.crashAfter", { faults: { crashAfter: -0.1 } }],
    ["faults.socketCuts", { faults: { socketCuts: -1 } }],
    ["users[1]: room", { users: [{ rooms: [] }, { room: "lobby" }] }],
    ["users[0].rooms", { users: [{ rooms: "lobby" }] }],
    ["users[0]", { users: ["ada"] }],
    ["messages", { messages: -1 }],
    ["activeMs", { activeMs: Number.NaN }],
    ["moves", { moves: "2" }],
    ["maxScan", { maxScan: 0 }],
  ])("are refused by name: %s", async (name, options) => {
    const error = await simulate(chat, options as SimulateOptions).catch((thrown) => thrown);
    expect((error as InvalidArgumentError).code).toBe("invalid_argument");
    expect((error as InvalidArgumentError).message.startsWith(name)).toBe(true);
  });

  it("may be all there are, or none", () => {
    const users = [{ token: "t", session: "s", rooms: ["lobby"], inbox: true, writesTo: [] }];
    const faults = { pushLost: 1, crashBefore: 0, socketCuts: 5, logLosses: 1, skewMs: 5000 };
    const all = {
      seed: -3,
      gateway: "aws",
      faults,
      users,
      messages: 0,
      activeMs: 0,
      moves: 0,
    } as const;
    const aim = { point: "store.join", fault: "freeze", rate: 0.5 } as const;
    expect(() => checkSimulateOptions({ ...all, maxScan: 1, aim })).not.toThrow();
    for (const one of ["swarm", "none"] as const) checkSimulateOptions({ faults: one });
    checkSimulateOptions({});
  });
});
