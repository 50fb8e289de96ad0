import { createClientTarget } from "./client-target.ts";
import { countFrames } from "./count-frames.ts";
import { createDice, type Dice } from "./dice.ts";
import {
  addFailure,
  countMessage,
  type Failure,
  type FuzzReport,
  printMessage,
} from "./fuzz-report.ts";
import { generateMessage, type Message } from "./generate-message.ts";
import { createPrototypeGuard, type PrototypeGuard } from "./prototype-guard.ts";
import { createServerTarget } from "./server-target.ts";
import { shortenMessage } from "./shorten-message.ts";
import type { Target } from "./target.ts";
import { watchProcess } from "./watch-process.ts";
import { workMs } from "./work-time.ts";

/** A lot: messages that one server or one client gets, one after the other. */
export interface LotOptions {
  readonly seed: number;
  readonly lot: number;
  readonly frames: number;
  /** How long a frame may take, in milliseconds; a message of several as often as long. (Default: 5) */
  readonly limitMs?: number;
  /** Makes what the messages are fed to. (Default: a server in two of three lots, else a client) */
  readonly createTarget?: (dice: Dice) => Promise<Target>;
}

interface Lot {
  readonly options: LotOptions;
  readonly report: FuzzReport;
  readonly kind: Failure["target"];
  readonly createTarget: (dice: Dice) => Promise<Target>;
  readonly limitMs: number;
  readonly guard: PrototypeGuard;
  readonly dice: Dice;
  /** What was found since the last message, whoever found it. */
  readonly problems: string[];
}

const REPETITIONS = 5;
const ROUNDS = 4; // By the wall's clock, other work of a busy machine can last as long as one round.
const PAUSE_MS = 50;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

/** Feeds a lot of messages, and adds what came of it to a report. Never rejects for a failure. */
export async function runLot(options: LotOptions, report: FuzzReport): Promise<void> {
  const kind = options.lot % 3 === 2 ? "client" : "server";
  const usual = kind === "client" ? createClientTarget : (dice: Dice) => createServerTarget(dice);
  const problems: string[] = [];
  const lot: Lot = {
    options,
    report,
    kind,
    createTarget: options.createTarget ?? usual,
    limitMs: options.limitMs ?? 5,
    guard: createPrototypeGuard(),
    dice: createDice(options.seed, options.lot),
    problems,
  };
  const stop = watchProcess((problem) => void problems.push(problem));
  try {
    await feed(lot);
  } finally {
    stop();
  }
}

async function feed(lot: Lot): Promise<void> {
  const { options, dice, problems, guard, report } = lot;
  const target = await lot.createTarget(dice);
  problems.push(...(await target.problems()));
  for (let index = 0; index < options.frames; index++) {
    const connection = target.choose();
    const message = generateMessage(target.source, dice);
    const rawMs = await handle(lot, target, message, connection);
    // Who took no longer than a frame may need not be looked at. Work is dearer to ask for than time.
    const inIt = rawMs > lot.limitMs ? countFrames(message) : 1;
    const limitMs = lot.limitMs * inIt;
    const ms = rawMs > limitMs ? await repeat(lot, target, message, connection, limitMs) : rawMs;
    countMessage(report, rawMs, ms / inIt);
    problems.push(...(await target.problems()));
    const changed = guard.checkQuickly();
    if (changed) problems.push(`changed: ${changed}`);
    if (problems.length > 0) await fail(lot, { index, connection, message });
    if (ms > limitMs) {
      const what = `slow: ${ms.toFixed(2)} ms for ${inIt} frames, the shortest of ${REPETITIONS * ROUNDS}`;
      add(lot, { index, connection, message }, what);
    }
  }
  try {
    problems.push(...(await target.finish()));
  } catch (error) {
    problems.push(`threw at the end: ${error}`);
  }
  const changed = guard.check();
  if (changed) problems.push(`changed: ${changed}`);
  const end = { index: options.frames, connection: "after the lot", message: "" };
  for (const problem of problems.splice(0)) add(lot, end, problem);
}

/** Resolves once everything is done that waits neither for time nor for input. */
const idle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Answers how many milliseconds it took by a clock. (Default: the wall's) */
async function handle(
  { problems }: Lot,
  target: Target,
  message: Message,
  connection: string,
  clock: () => number = () => performance.now(),
): Promise<number> {
  const startedAt = clock();
  try {
    await target.handle(message, connection);
  } catch (error) {
    problems.push(`threw: ${error}`);
  }
  await idle();
  return clock() - startedAt;
}

/** The least work of repetitions: garbage collection strikes some, but not all of them. */
async function repeat(
  lot: Lot,
  target: Target,
  message: Message,
  connection: string,
  limitMs: number,
): Promise<number> {
  lot.report.repeated++;
  let again = Number.POSITIVE_INFINITY;
  let anew = Number.POSITIVE_INFINITY;
  for (let repetition = 1; repetition <= REPETITIONS * ROUNDS; repetition++) {
    again = Math.min(again, await handle(lot, target, message, connection, workMs));
    lot.problems.push(...(await target.problems()));
    // A repetition may find less to do than the first time did: so it is tried on a new one as well.
    anew = Math.min(anew, (await handleAnew(lot, message, connection)).ms);
    // One that is far below the limit says enough; none below it may be the doing of a collection.
    if (Math.max(again, anew) < limitMs / 5) break;
    if (repetition % REPETITIONS !== 0) continue;
    if (Math.max(again, anew) <= limitMs) break;
    await pause();
  }
  return Math.max(again, anew);
}

/** Handles a message on a new server or client of the same kind; answers what went wrong there. */
async function handleAnew(
  lot: Lot,
  message: Message,
  connection: string,
): Promise<{ ms: number; problems: string[] }> {
  const problems: string[] = [];
  const target = await lot.createTarget(createDice(lot.options.seed, lot.options.lot));
  await target.problems();
  const before = lot.problems.length;
  const ms = await handle(lot, target, message, connection, workMs);
  problems.push(...lot.problems.splice(before), ...(await target.problems()));
  return { ms, problems };
}

type Found = { index: number; connection: string; message: Message };

async function fail(lot: Lot, found: Found): Promise<void> {
  const what = [...new Set(lot.problems.splice(0))].join("; ");
  const { connection, message } = found;
  const fails = async (one: Message) =>
    (await handleAnew(lot, one, connection)).problems.length > 0;
  const shortest = (await fails(message)) ? await shortenMessage(message, fails) : undefined;
  add(lot, found, what, shortest);
}

function add(lot: Lot, { index, connection, message }: Found, what: string, shortest?: Message) {
  const { kind, options, report } = lot;
  addFailure(report, {
    what: what.slice(0, 1_000),
    target: kind,
    lot: options.lot,
    index,
    connection,
    message: printMessage(message),
    shortest: shortest === undefined ? undefined : printMessage(shortest),
  });
}
