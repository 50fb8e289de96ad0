import type { LogEntry } from "@hubbub/core";
import type { SlotStore } from "@hubbub/core/slots";
import fc from "fast-check";
import { expect } from "vitest";

/** The simplest thing that does what `SlotStore` promises, for some rooms of one backend. */
export interface SlotModel {
  /** The entries of each room as JSON text; the first has seq 1. */
  readonly rooms: Map<string, string[]>;
  /** The oldest slot of each room that was not trimmed. */
  readonly oldest: Map<string, number>;
}

/** A store under test, and the puts that nobody has waited for yet. */
export interface SlotReal {
  readonly stores: readonly SlotStore[];
  readonly epochs: Map<string, string>;
  readonly pending: Promise<{ room: string; seq: number; text: string; outcome: string }>[];
}

type SlotCommand = fc.AsyncCommand<SlotModel, SlotReal>;
type Step = (model: SlotModel, store: SlotStore, epoch: string, real: SlotReal) => Promise<void>;

const ROOMS = ["a", "a/b", "a_2f_b", "\ud800"];
let entries = 0;

const entry = (): LogEntry => ({
  mid: `m${++entries}`,
  from: { id: "ann" },
  event: "say",
  data: { z: entries, a: ["\ud800", { 2: null, 1: "\u0000" }] },
  ts: entries,
  digest: "d",
});

/** Creates a model of slots that nobody has used. */
export function createSlotModel(): SlotModel {
  return {
    rooms: new Map(ROOMS.map((room) => [room, []])),
    oldest: new Map(ROOMS.map((room) => [room, 1])),
  };
}

/**
 * Begins with slots that nobody has used.
 *
 * @param store The backend, whose requests need nobody to schedule them.
 * @param stores What the commands use. (Default: the same)
 */
export async function startSlots(
  store: SlotStore,
  stores: readonly SlotStore[] = [store],
): Promise<SlotReal> {
  const epochs = new Map<string, string>();
  for (const room of ROOMS) epochs.set(room, (await store.state(room)).epoch);
  return { stores, epochs, pending: [] };
}

const textsOf = ({ rooms }: SlotModel, room: string): string[] => rooms.get(room) ?? [];

function step<T>(name: string, input: fc.Arbitrary<T>, run: (room: string, input: T) => Step) {
  const any = fc.tuple(fc.constantFrom(...ROOMS), input, fc.nat(3));
  return any.map(([room, value, turn]): SlotCommand => {
    const work = run(room, value);
    return {
      check: () => true,
      async run(model, real) {
        const store = real.stores[turn % real.stores.length];
        const epoch = real.epochs.get(room);
        if (!store || epoch === undefined) throw new Error("a subject has stores and epochs");
        await work(model, store, epoch, real);
      },
      toString: () => `${name}(${fc.stringify([room, value])}) on ${turn}`,
    };
  });
}

const state = step("state", fc.constant(0), (room) => async (model, store, epoch) => {
  const head = textsOf(model, room).length;
  expect(await store.state(room)).toEqual({ epoch, head, oldest: model.oldest.get(room) });
});

const put = step(
  "put",
  fc.constantFrom(0, 1, 1, 1),
  (room, ahead) => async (model, store, epoch) => {
    const texts = textsOf(model, room);
    const seq = texts.length + ahead;
    if (seq < (model.oldest.get(room) ?? 1)) return; // What is trimmed is no longer put at.
    const given = entry();
    expect(await store.put(room, epoch, seq, given)).toBe(ahead === 1 ? "stored" : "taken");
    if (ahead === 1) texts.push(JSON.stringify({ ...given, seq }));
    Object.assign(given, { data: "changed by its caller" });
  },
);

const read = step(
  "read",
  fc.record({ back: fc.integer({ min: 0, max: 6 }), limit: fc.integer({ min: 1, max: 4 }) }),
  (room, { back, limit }) =>
    async (model, store, epoch) => {
      const texts = textsOf(model, room);
      const after = Math.max(0, texts.length - back);
      const from = Math.max(after, (model.oldest.get(room) ?? 1) - 1);
      const found = await store.read(room, epoch, { after, limit });
      const expected = texts.slice(from, from + limit).map((text): unknown => JSON.parse(text));
      expect(found).toEqual(expected);
      expect(found.map(({ data }) => JSON.stringify(data))).toEqual(
        expected.map((one) => JSON.stringify((one as LogEntry).data)),
      );
    },
);

const trim = step(
  "trim",
  fc.integer({ min: 1, max: 4 }),
  (room, back) => async (model, store, epoch) => {
    const upTo = textsOf(model, room).length - back;
    if (!store.trim || upTo < 1) return;
    await store.trim(room, epoch, upTo);
    model.oldest.set(room, Math.max(upTo + 1, model.oldest.get(room) ?? 1));
  },
);

/** Puts without waiting; who gets which slot is up to the order in which the requests happen. */
const beginPut = step("begin put", fc.constant(0), (room) => async (_, store, epoch, real) => {
  const text = `t${++entries}`;
  const attempt = async () => {
    const { head } = await store.state(room);
    const seq = head + 1;
    const outcome = await store.put(room, epoch, seq, { ...entry(), data: text });
    return { room, seq, text, outcome };
  };
  real.pending.push(attempt());
});

/** What may happen to slots, one request after the other. */
export function slotCommands(maxCommands: number): fc.Arbitrary<Iterable<SlotCommand>> {
  return fc.commands([state, put, put, put, read, read, trim], { maxCommands, size: "max" });
}

/** Puts at once. */
export function racingPuts(maxCommands: number): fc.Arbitrary<Iterable<SlotCommand>> {
  return fc.commands([beginPut], { maxCommands, size: "max" });
}

/** Expects that every slot was given to one put, and holds what that one brought. */
export async function expectOneWinner({ pending, stores, epochs }: SlotReal): Promise<void> {
  const puts = await Promise.all(pending);
  for (const [room, epoch] of epochs) {
    const found = (await stores[0]?.read(room, epoch, { after: 0, limit: 100 })) ?? [];
    const stored = puts.filter((one) => one.room === room && one.outcome === "stored");
    const winners = stored.sort((a, b) => a.seq - b.seq).map(({ seq, text }) => [seq, text]);
    expect(found.map(({ seq, data }) => [seq, data])).toEqual(winners);
    expect(found.map(({ seq }) => seq)).toEqual(found.map((_, index) => index + 1));
  }
}
