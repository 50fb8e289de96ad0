import type { RoomLog } from "@hubbub/core";
import fc from "fast-check";
import { expect } from "vitest";
import {
  append,
  draftFor,
  type LogModels,
  type LogReal,
  type LogSubject,
  modelOf,
} from "./log-append.ts";
import { expectPage, expectState } from "./log-model.ts";

type LogCommand = fc.AsyncCommand<LogModels, LogReal>;
type Step = (models: LogModels, real: LogReal, log: RoomLog) => Promise<void>;

const ROOMS = ["a", "a/1", "__proto__"];
const LONGEST_INVOCATION_MS = 16 * 60_000;
const room = fc.constantFrom(...ROOMS);
const fault = fc.constantFrom(undefined, undefined, "before" as const, "after" as const);
const hidden = fc.constantFrom(undefined, undefined, "first" as const, "last" as const);

/** Opens `count` logs on one new backend, each room being unborn. */
export async function startLogModel(
  subject: LogSubject,
  count: number,
): Promise<{ model: LogModels; real: LogReal }> {
  const logs = Array.from({ length: count }, () => subject.open());
  const real: LogReal = { subject, logs, drafts: [], newest: new Map(), epochs: new Set() };
  return { model: await learnRooms(real), real };
}

async function learnRooms({ subject, epochs }: LogReal): Promise<LogModels> {
  const { retention, maxScan, now } = subject;
  const models: LogModels = new Map();
  for (const name of ROOMS) {
    const { epoch, oldest, head } = await subject.open().head(name);
    expect({ oldest, head }).toEqual({ oldest: 1, head: 0 });
    models.set(name, { now: now(), epoch, entries: [], retention, maxScan });
  }
  const lives = [...models.values()].map(({ epoch }) => epoch);
  for (const epoch of lives) expect(epochs.has(epoch)).toBe(false);
  for (const epoch of lives) epochs.add(epoch);
  return models;
}

function step<T>(name: string, input: fc.Arbitrary<T>, run: (input: T) => Step) {
  return fc.tuple(input, fc.nat(5)).map(([value, turn]): LogCommand => {
    const work = run(value);
    return {
      check: () => true,
      async run(models, real) {
        const log = real.logs[turn % real.logs.length];
        if (log) await work(models, real, log);
      },
      toString: () => `${name}(${fc.stringify(value)}) on ${turn}`,
    };
  });
}

const publish = step(
  "append",
  fc.record({
    room,
    back: fc.option(fc.integer({ min: -1, max: 20 }), { nil: undefined }),
    fault,
    hidden,
  }),
  ({ room: name, back, ...faults }) =>
    async (models, real, log) => {
      const draft = draftFor(models, name, back);
      real.drafts.push(draft);
      await append(models, real, log, draft, faults);
    },
);

const retry = step(
  "retry",
  fc.record({
    which: fc.nat(30),
    other: fc.constantFrom(undefined, "digest", "user", "epoch"),
    fault,
    hidden,
  }),
  ({ which, other, ...faults }) =>
    async (models, real, log) => {
      const draft = real.drafts.at(-1 - which);
      if (!draft?.position) return;
      const ts = modelOf(models, draft.room).now;
      const changed = { ...draft.entry, ts };
      const position = other === "epoch" ? { ...draft.position, epoch: "other" } : draft.position;
      if (other === "digest") changed.digest = "another";
      if (other === "user") changed.from = { id: "eve" };
      await append(models, real, log, { room: draft.room, entry: changed, position }, faults);
    },
);

const burst = step(
  "burst",
  fc.record({ room, count: fc.integer({ min: 5, max: 70 }) }),
  ({ room: name, count }) => {
    return async (models, real, log) => {
      for (let left = count; left > 0; left--)
        await append(models, real, log, draftFor(models, name, 0));
    };
  },
);

const read = step(
  "read",
  fc.record({
    room,
    back: fc.integer({ min: -2, max: 80 }),
    limit: fc.constantFrom(0, 1, 3, 300),
    hidden,
  }),
  ({ room: name, back, limit, hidden: which }) =>
    async (models, real, log) => {
      const model = modelOf(models, name);
      const range = { after: model.entries.length - back, limit };
      real.subject.hideNext?.(which);
      const page = await log.read(name, range);
      real.subject.hideNext?.(undefined);
      expectPage(model, page, range, which !== undefined);
      expectState(model, await log.head(name));
    },
);

const advance = step(
  "advance",
  fc.constantFrom(1, 500, 30_000, 61_000, 20 * 60_000),
  (ms) => async (models, real) => {
    await real.subject.advance(ms);
    for (const model of models.values()) model.now += ms;
  },
);

const reopen = step("reopen", fc.nat(5), (which) => async (_, real) => {
  real.logs[which % real.logs.length] = real.subject.open();
});

const lose = step("lose", fc.constant(0), () => async (models, real) => {
  if (!real.subject.lose) return;
  // Not before every writer that knows the old epoch is gone.
  await real.subject.advance(LONGEST_INVOCATION_MS);
  real.subject.lose();
  real.newest.clear();
  for (const [name, model] of await learnRooms(real)) models.set(name, model);
});

/** Sequences of what may happen to a log. */
export function logCommands(maxCommands: number): fc.Arbitrary<Iterable<LogCommand>> {
  const steps = [
    publish,
    publish,
    publish,
    retry,
    retry,
    retry,
    burst,
    read,
    read,
    advance,
    reopen,
    lose,
  ];
  return fc.commands(steps, { maxCommands, size: "max" });
}
