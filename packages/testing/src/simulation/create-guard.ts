import { UnavailableError } from "@hubbub/core";
import type { Guard } from "./guarded-ports.ts";
import type { World } from "./world.ts";

/** What decides whether a process goes on. */
export interface ProcessLife {
  readonly alive: boolean;
  /** Set while it is frozen. */
  readonly frozen: Promise<void> | undefined;
  die(): void;
}

const never = new Promise<never>(() => {});

/** Creates what puts faults around the calls of one process to the outside. */
export function createGuard(world: World, life: ProcessLife): Guard {
  const { clock, random, plan, strikesAt, trace } = world;
  const { crashBefore, crashAfter } = plan.faults;
  const canCrash = (point: string) => crashBefore + crashAfter > 0 || plan.aim?.point === point;

  /** Waits while the process is frozen, and for ever once it is dead. */
  async function awake(): Promise<void> {
    while (life.frozen !== undefined) await life.frozen;
    if (!life.alive) await never;
  }

  async function crash(point: string, fault: "crashBefore" | "crashAfter"): Promise<void> {
    if (!strikesAt(point, fault)) return;
    trace(() => `${fault} ${point}`);
    life.die();
    await never;
  }

  /** Time passes, in which the process can be stopped. */
  async function pass(ms: number): Promise<void> {
    if (ms > 0) await clock.sleep(ms);
    if (life.frozen !== undefined || !life.alive) await awake();
  }

  function fail(point: string, fault: "storeFailsBefore" | "storeFailsAfter"): void {
    if (strikesAt(point, fault)) throw new UnavailableError(`${fault} ${point}`);
  }

  async function before(point: string, ms: number, mayFail: boolean): Promise<void> {
    await pass(0);
    if (canCrash(point)) await crash(point, "crashBefore");
    if (ms > 0) await pass(ms);
    if (mayFail) fail(point, "storeFailsBefore");
  }

  async function after(point: string, ms: number, mayFail: boolean): Promise<void> {
    if (mayFail) fail(point, "storeFailsAfter");
    if (ms > 0) await clock.sleep(ms);
    if (canCrash(point)) await crash(point, "crashAfter");
    await pass(0);
  }

  // A call takes time before or after its effect, and everything can happen around it.
  return (point, call, mayFail) =>
    async (...args) => {
      const ms = Math.floor(random() * plan.storeMs);
      const earlyMs = random() < 0.5 ? ms : 0;
      await before(point, earlyMs, mayFail);
      const result = await call(...args);
      await after(point, ms - earlyMs, mayFail);
      return result;
    };
}
