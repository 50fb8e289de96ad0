import { UnavailableError } from "@hubbub/core";
import type { Guard, GuardOptions } from "./guarded-ports.ts";
import type { CallSite, World } from "./world.ts";

/** One call to the outside, and the place that makes it. */
interface Call {
  readonly point: string;
  readonly site: CallSite;
}

/** What decides whether a process goes on. */
export interface ProcessLife {
  readonly alive: boolean;
  /** Set while it is frozen. */
  readonly frozen: Promise<void> | undefined;
  die(): void;
}

/** One for each who waits: a promise of all would hold on to every dead process there ever was. */
const never = () => new Promise<never>(() => {});

const keep = <R>(answer: R): R => answer;

/** Creates what puts faults around the calls of one process to the outside. */
export function createGuard(world: World, life: ProcessLife): Guard {
  const { clock, random, plan, siteOf, strikesAt, trace } = world;
  const isStopped = () => life.frozen !== undefined || !life.alive;

  /** Waits while the process is frozen, and for ever once it is dead. */
  async function awake(): Promise<void> {
    while (life.frozen !== undefined) await life.frozen;
    if (!life.alive) await never();
  }

  /** Time passes, in which the process can be stopped. */
  async function pass(ms: number): Promise<void> {
    await clock.sleep(ms);
    if (isStopped()) await awake();
  }

  /** Whether the process ends here. */
  function crashes({ point, site }: Call, fault: "crashBefore" | "crashAfter"): boolean {
    if (!strikesAt(point, fault, site)) return false;
    trace(() => `${fault} ${point}`);
    life.die();
    return true;
  }

  function fail(
    { point, site }: Call,
    fault: "storeFailsBefore" | "storeFailsAfter",
    may: boolean,
  ): void {
    if (may && strikesAt(point, fault, site)) throw new UnavailableError(`${fault} ${point}`);
  }

  // A call takes time before or after its effect, and everything can happen around it. It costs as few
  // promises as possible: nothing else is called as often.
  async function guarded<A extends unknown[], R>(
    point: string,
    call: (...args: A) => Promise<R>,
    args: A,
    { mayFail, spoil = keep }: GuardOptions<R>,
  ): Promise<R> {
    const here: Call = { point, site: siteOf(point) };
    const ms = Math.floor(random() * plan.storeMs);
    const earlyMs = random() < 0.5 ? ms : 0;
    if (isStopped()) await awake();
    if (crashes(here, "crashBefore")) await never();
    if (earlyMs > 0) await pass(earlyMs);
    fail(here, "storeFailsBefore", mayFail);
    const answer = await call(...args);
    const result = spoil(answer, (fault) => strikesAt(point, fault, here.site));
    fail(here, "storeFailsAfter", mayFail);
    if (ms > earlyMs) await clock.sleep(ms - earlyMs);
    if (crashes(here, "crashAfter")) await never();
    if (isStopped()) await awake();
    return result;
  }

  return (point, call, options) =>
    (...args) =>
      guarded(point, call, args, options);
}
