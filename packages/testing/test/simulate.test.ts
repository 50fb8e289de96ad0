import { defineChat } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { GATEWAY_NAMES, GATEWAYS, type SimulateOptions, simulate } from "../src/index.ts";

const events = { say: { data: z.object({ text: z.string() }) } };
const authenticate = ({ token = "" }) => ({ userId: token });
const chat = defineChat({ events, authenticate });

const seeds = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** What is broken in some runs, once each. */
async function broken(
  simulated: typeof chat,
  options: SimulateOptions,
  count: number,
): Promise<string[]> {
  const reports = [];
  for (const seed of seeds(count)) reports.push(await simulate(simulated, { ...options, seed }));
  const guarantees = reports.flatMap(({ violations }) => violations.map((one) => one.guarantee));
  return [...new Set(guarantees)];
}

describe("simulate", () => {
  it.each(GATEWAY_NAMES)("finds nothing wrong with a chat on %s", async (gateway) => {
    expect(await broken(chat, { gateway }, 20)).toEqual([]);
    expect(await broken(chat, { gateway, faults: "none" }, 5)).toEqual([]);
  });

  it("takes the manners of a platform that it does not know", async () => {
    const gateway = { ...GATEWAYS.azure, groups: false, maxAgeMs: 60_000 };
    expect(await broken(chat, { gateway, messages: 3 }, 5)).toEqual([]);
  });

  it("does the same for the same seed, and something else for another", async () => {
    const run = (seed: number) => simulate(chat, { seed, gateway: "aws" });
    const [first, again, other] = [await run(3), await run(3), await run(4)];
    expect(first).toEqual(again);
    expect(other.fingerprint).not.toBe(first.fingerprint);
    expect(first.events).toBeGreaterThan(100);
  });

  it("lets only those faults strike that it is told to", async () => {
    const struck = new Set<string>();
    const faults = { crashAfter: 0.2 };
    const onFault = (_point: string, fault: string) => void struck.add(fault);
    const { faults: used, calm } = await simulate(chat, { faults, onFault });
    expect([...struck]).toEqual(["crashAfter"]);
    expect(used).toMatchObject({ crashAfter: 0.2, crashBefore: 0, socketCuts: 0 });
    expect(calm).toBe(false);
  });

  it("aims one fault at one call", async () => {
    const struck = new Set<string>();
    const aim = { point: "slots.put", fault: "storeFailsAfter", rate: 1 } as const;
    const onFault = (point: string, fault: string) => void struck.add(`${point} ${fault}`);
    await simulate(chat, { faults: {}, aim, onFault, messages: 1 });
    expect([...struck]).toEqual(["slots.put storeFailsAfter"]);
  });

  it("aims at the calls from one place, as they are named, and names them where they are struck", async () => {
    const struck = new Set<string>();
    let calls = 0;
    const siteOf = (point: string) => {
      const site = `${point} ${calls++ % 2 === 0 ? "even" : "odd"}`;
      return () => site;
    };
    const site = "store.get odd";
    const aim = { point: "store.get", fault: "storeFailsBefore", rate: 1, site } as const;
    const onFault = (_point: string, fault: string, at?: string) =>
      void struck.add(`${at} ${fault}`);
    await simulate(chat, { faults: {}, aim, siteOf, onFault });
    expect([...struck]).toEqual(["store.get odd storeFailsBefore"]);
  });

  it("uses the given users, rooms and messages, and tells what happened", async () => {
    const lines: string[] = [];
    const note = defineChat({ events: { note: { data: z.object({ n: z.number() }) } } });
    const report = await simulate(note, {
      faults: "none",
      users: [{ session: "ada", rooms: ["attic"] }, { rooms: ["attic"] }],
      messages: 2,
      message: ({ turn }) => ({ event: "note", data: { n: turn } }),
      onTrace: (line) => void lines.push(line),
    });
    expect(report.violations).toEqual([]);
    expect(lines.filter((line) => line.includes('"event":"note"')).length).toBeGreaterThan(4);
    expect(lines.some((line) => line.includes("lobby"))).toBe(false);
  });

  it("finds a chat that never lets anybody in again", async () => {
    const seen = new Set<string>();
    const once = defineChat({
      events,
      authenticate({ token = "" }) {
        if (seen.size > 3) throw new Error("full");
        seen.add(`${token}-${seen.size}`);
        return { userId: token };
      },
    });
    const faults = { socketCuts: 6 };
    expect(await broken(once, { faults }, 3)).toContain("G6");
  });

  it("refuses what is no chat", async () => {
    await expect(simulate({} as typeof chat)).rejects.toMatchObject({ code: "invalid_argument" });
  });
});
