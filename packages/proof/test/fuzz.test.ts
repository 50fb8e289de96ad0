import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { HubGateway, TransportEvent, TransportResult } from "@hubbub/core";
import { afterEach, describe, expect, it } from "vitest";
import { createDice, type Dice } from "../src/fuzz/dice.ts";
import { createReport, type FuzzReport, percentileMs } from "../src/fuzz/fuzz-report.ts";
import { generateMessage } from "../src/fuzz/generate-message.ts";
import { runLot } from "../src/fuzz/run-lot.ts";
import { createServerTarget } from "../src/fuzz/server-target.ts";
import type { SpoilHub } from "../src/fuzz/server-world.ts";
import { shortenMessage } from "../src/fuzz/shorten-message.ts";
import type { Target } from "../src/fuzz/target.ts";
import { workMs } from "../src/fuzz/work-time.ts";

const LOT = 2_000;

async function runLots(lots: number, frames: number, seed = 1): Promise<FuzzReport> {
  const report = createReport();
  for (let lot = 0; lot < lots; lot++) await runLot({ seed, lot, frames }, report);
  return report;
}

describe("fuzzing", () => {
  it("finds nothing wrong with 20,000 messages", { timeout: 120_000 }, async () => {
    const report = await runLots(10, LOT);
    expect(report.listed).toEqual([]);
    expect(report).toMatchObject({ frames: 10 * LOT, failures: 0 });
    expect(report.maxMs).toBeLessThan(5);
    expect(percentileMs(report, 0.5)).toBeLessThan(5);
  });

  it("makes the same messages of the same seed, and others of another", () => {
    const messages = (seed: number, lot: number) => {
      const dice = createDice(seed, lot);
      const source = () => ({ type: "join", room: "lobby", last: dice.int(9) });
      return Array.from({ length: 200 }, () => generateMessage(source, dice));
    };
    expect(messages(1, 0)).toEqual(messages(1, 0));
    expect(messages(1, 0)).not.toEqual(messages(1, 1));
    expect(messages(1, 0)).not.toEqual(messages(2, 0));
  });

  it("tells its outcome in the last line", { timeout: 120_000 }, async () => {
    const script = fileURLToPath(new URL("../src/fuzz.ts", import.meta.url));
    const options = ["--frames", "300", "--seed", "3", "--workers", "2"];
    const cwd = fileURLToPath(new URL("..", import.meta.url));
    const args = ["--import", "tsx", script, ...options];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd });
    const summary = { frames: 300, seed: 3, failures: 0, maxMs: expect.any(Number) };
    expect(JSON.parse(stdout.trim().split("\n").at(-1) ?? "")).toMatchObject(summary);
  });
});

/** Lets a message pass through the right server, and then does something else. */
const afterwards =
  (change: (result: TransportResult, event: TransportEvent) => TransportResult): SpoilHub =>
  (hub: HubGateway) => ({
    ...hub,
    transport: async (event) => change(await hub.transport(event), event),
  });

const isRare = ({ data }: TransportEvent) => typeof data === "string" && data.includes("u0000");

function spin(ms: number): void {
  const end = workMs() + ms;
  while (workMs() < end);
}

const answering = (text: string): SpoilHub =>
  afterwards((result, event) => (isRare(event) ? { ...result, replies: [text] } : result));

const broken: Record<string, SpoilHub> = {
  "it throws": (hub) => ({
    ...hub,
    transport(event) {
      if (isRare(event)) throw new TypeError("oops");
      return hub.transport(event);
    },
  }),
  "it rejects": afterwards((result, event) => {
    if (isRare(event)) throw new TypeError("oops");
    return result;
  }),
  "what it began rejects": afterwards((result, event) =>
    isRare(event) ? { ...result, done: Promise.reject(new Error("oops")) } : result,
  ),
  "nobody catches a rejection": afterwards((result, event) => {
    if (isRare(event)) void Promise.reject(new Error("oops"));
    return result;
  }),
  "something is thrown outside of the call": afterwards((result, event) => {
    if (isRare(event)) {
      queueMicrotask(() => {
        throw new Error("oops");
      });
    }
    return result;
  }),
  "every object gets a property": afterwards((result, event) => {
    if (isRare(event)) Object.defineProperty(Object.prototype, "polluted", CONFIGURABLE);
    return result;
  }),
  "a method is replaced": afterwards((result, event) => {
    if (isRare(event)) Object.defineProperty(RegExp.prototype, "compile", CONFIGURABLE);
    return result;
  }),
  "it answers what is no JSON": answering("{"),
  "it answers an empty array": answering("[]"),
  "it answers what is no frame": answering('{"type":"welcome"}'),
  "it answers an unknown code": answering('{"type":"error","code":"oops","retryable":false}'),
  "it catches its own fault": answering('{"type":"error","code":"internal","message":"oops"}'),
  "it takes long": afterwards((result, event) => {
    if (isRare(event)) spin(6);
    return result;
  }),
  "it handles nothing after that": (hub) => {
    let isBroken = false;
    return {
      ...hub,
      async transport(event) {
        isBroken ||= isRare(event);
        const result = await hub.transport(event);
        return isBroken ? { ...result, replies: [] } : result;
      },
    };
  },
};

const CONFIGURABLE = { value: "oops", configurable: true, writable: true };

describe("the checker", () => {
  const compile = Object.getOwnPropertyDescriptor(RegExp.prototype, "compile");
  const watched = ["unhandledRejection", "uncaughtException"] as const;

  afterEach(() => {
    Reflect.deleteProperty(Object.prototype, "polluted");
    if (compile) Object.defineProperty(RegExp.prototype, "compile", compile);
  });

  /** Runs a lot without the listeners of the test runner, which would count what is planted here. */
  async function runAlone(createTarget: (dice: Dice) => Promise<Target>): Promise<FuzzReport> {
    const others = watched.map((event) => process.rawListeners(event));
    for (const event of watched) process.removeAllListeners(event);
    const report = createReport();
    try {
      await runLot({ seed: 1, lot: 0, frames: 400, createTarget }, report);
    } finally {
      for (const [index, listeners] of others.entries()) {
        for (const listener of listeners) {
          process.on(watched[index] as string, listener as (...args: unknown[]) => void);
        }
      }
    }
    return report;
  }

  it("finds nothing where nothing is broken", { timeout: 60_000 }, async () => {
    const report = await runAlone((dice) => createServerTarget(dice));
    expect(report).toMatchObject({ frames: 400, failures: 0, listed: [] });
  });

  it.each(Object.keys(broken))("notices that %s", { timeout: 60_000 }, async (name) => {
    const report = await runAlone((dice) => createServerTarget(dice, broken[name]));
    expect(report.frames).toBe(400);
    expect(report.failures).toBeGreaterThan(0);
    expect(report.listed.length).toBeGreaterThan(0);
  });

  it("prints a part of the message that fails alone", { timeout: 60_000 }, async () => {
    const report = await runAlone((dice) => createServerTarget(dice, broken["it throws"]));
    expect(report.listed[0]).toMatchObject({ target: "server", lot: 0, shortest: '"u0000"' });
  });
});

describe("shortenMessage", () => {
  it("leaves out what does not matter", async () => {
    const fails = async (text: string) => text.includes("a") && text.includes("z");
    expect(await shortenMessage(`${"x".repeat(99)}a${"y".repeat(55)}z`, fails)).toBe("az");
    const bytes = Uint8Array.from({ length: 64 }, (_, index) => index);
    const shortest = await shortenMessage(bytes, async (some) => some.includes(7));
    expect([...shortest]).toEqual([7]);
  });
});
