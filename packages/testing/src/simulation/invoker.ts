import type { FanOutReport, HubGateway } from "@hubbub/core";
import type { Process } from "./process.ts";
import type { ProcessWatch } from "./process-watch.ts";
import type { World } from "./world.ts";

/** One call of a process. */
interface Invocation<T> {
  call(hub: HubGateway, deadlineAt: number | undefined): Promise<T>;
  /** It has its answer, and may still have work to do. The process waits for this. */
  answered?(result: T, process: Process): Promise<void>;
  /** It is over. */
  finished?(result: T, end: Ending): Promise<void>;
  /** It rejected, took too long, or its process died. */
  failed?(): void;
}

/** How an invocation ended. */
export interface Ending {
  /** What became of its fan-outs; undefined if its process was frozen before they were done. */
  readonly reports: readonly FanOutReport[] | undefined;
  readonly watch: ProcessWatch;
}

/** Starts, freezes and ends processes as a platform does. */
export interface Invoker {
  invoke<T extends object>(invocation: Invocation<T>): void;
  endAll(): void;
}

/** A process, and who looks at what it does. */
export interface StartedProcess {
  readonly process: Process;
  readonly watch: ProcessWatch;
  /** It was frozen in the middle of its work once, so nobody knows when that is done. */
  isInterrupted?: boolean;
}

const MARGIN_MS = 1000; // What an adapter keeps back of an invocation's time.

/** Creates an invoker without processes. */
export function createInvoker(
  world: World,
  start: () => StartedProcess,
  onDeath: () => void,
): Invoker {
  const { plan, clock, random, strikes, trace } = world;
  const { host, timeoutMs } = plan.gateway;
  const isFunction = host === "functions";
  let processes: StartedProcess[] = [];

  function begin(): StartedProcess {
    const started = start();
    processes.push(started);
    started.process.onDeath(() => {
      processes = processes.filter((one) => one !== started);
      onDeath();
    });
    return started;
  }

  function pick(): StartedProcess {
    const free = isFunction ? processes.filter(({ process }) => process.busy === 0) : processes;
    const isAnother = isFunction && processes.length < plan.processes ? random() < 0.3 : false;
    const one = isAnother ? undefined : free[Math.floor(random() * free.length)];
    const picked = one ?? begin();
    picked.process.thaw();
    return picked;
  }

  function invoke<T extends object>(invocation: Invocation<T>): void {
    const started = pick();
    const { process, watch } = started;
    const leftMs = Math.min(plan.hurryMs, timeoutMs - MARGIN_MS);
    const deadlineAt = Number.isFinite(timeoutMs) ? clock.now() + leftMs : undefined;
    let isOver = false;
    process.busy++;
    const cancelTimeout = deadlineAt ? clock.setTimer(timeoutMs, () => process.die()) : () => {};
    const end = () => {
      if (isOver) return false;
      isOver = true;
      process.busy--;
      cancelTimeout();
      forget();
      return true;
    };
    const fail = () => {
      if (end()) invocation.failed?.();
    };
    const forget = process.onDeath(fail);
    const rest = () => {
      if (process.busy > 0) return;
      if (!started.isInterrupted) watch.check();
      if (isFunction) process.freeze();
    };

    async function run(): Promise<void> {
      const result = await invocation.call(process.hub, deadlineAt);
      await invocation.answered?.(result, process);
      if (isFunction && strikes("freeze") && end()) {
        trace(() => "frozen with work to do");
        started.isInterrupted = true;
        // A writer that wakes up later than retention allows would break the log's contract.
        if (plan.forgetsSoon) process.die();
        else process.freeze();
        return invocation.finished?.(result, { reports: undefined, watch });
      }
      const reports = await (result as { done?: Promise<FanOutReport[] | undefined> }).done;
      if (!end()) return;
      rest();
      await invocation.finished?.(result, { reports: reports ?? [], watch });
    }
    run().catch((error: unknown) => {
      trace(() => `an invocation failed: ${error}`);
      fail();
    });
  }

  return {
    invoke,
    endAll() {
      for (const { process } of [...processes]) process.die();
    },
  };
}
