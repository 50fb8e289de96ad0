import {
  InvalidArgumentError,
  type Ports,
  type RetentionOptions,
  type StoredEntry,
} from "@hubbub/core";
import { type FoundSlot, toStoredEntries } from "@hubbub/core/adapter";
import type { SlotStore } from "@hubbub/core/slots";
import { createCosKeys } from "./cos-keys.ts";
import { createCosLogStates } from "./cos-log-state.ts";
import { createCosLogTrimmer } from "./cos-log-trim.ts";
import { type CosLike, type CosOptions, resolveCosOptions } from "./cos-options.ts";
import { createCosRequests } from "./cos-requests.ts";
import { entryIn, slotText } from "./cos-slots.ts";

/** Options of {@link createCosSlotStore}. */
export interface CosSlotStoreOptions extends CosOptions, Pick<Ports, "random" | "id"> {
  /** A number in [0, 1). */
  random: () => number;
  /** What the log keeps. (Default: core's) */
  retention?: RetentionOptions | undefined;
}

const KNOWN_MS = 60_000;
const MAX_WIDTH = 16;

/**
 * Creates room slots in a bucket of Tencent COS. A slot is found by its number: scanning needs no LIST.
 *
 * @param cos A client of the official SDK, such as that of {@link createCosClient}.
 * @param options Bucket, region, clock, randomness, ids, retention.
 * @returns Slots that reject with `UnavailableError` when COS does not answer.
 * @throws InvalidArgumentError if an option is wrong.
 */
export function createCosSlotStore(cos: CosLike, options: CosSlotStoreOptions): SlotStore {
  const resolved = resolveCosOptions(cos, options);
  const { clock, id, random } = options;
  if (typeof random !== "function" || typeof id !== "function") {
    throw new InvalidArgumentError("random and id must be functions");
  }
  const requests = createCosRequests(cos, resolved);
  const keys = createCosKeys(resolved.prefix);
  const states = createCosLogStates({ requests, keys, clock, id, knownMs: KNOWN_MS });
  const trim = createCosLogTrimmer({ ...resolved, requests, keys, states }, options.retention);

  async function read(room: string, seq: number): Promise<FoundSlot | undefined> {
    const object = await requests.get(keys.slot(room, seq));
    return object && { seq, value: entryIn(object.text) };
  }

  function toEntries(room: string, slots: readonly FoundSlot[]): StoredEntry[] {
    return toStoredEntries(slots, clock.now(), (seq) =>
      requests.distrust("an entry of a log", keys.slot(room, seq), { room }),
    );
  }

  /** Slots from `first` on, until one is not there; about `expected` are. */
  async function readRun(
    room: string,
    first: number,
    limit: number,
    expected: number,
  ): Promise<FoundSlot[]> {
    const slots: FoundSlot[] = [];
    let width = Math.max(1, Math.min(MAX_WIDTH, expected));
    while (slots.length < limit) {
      const count = Math.min(width, limit - slots.length);
      const seqs = Array.from({ length: count }, (_, index) => first + slots.length + index);
      const found = await Promise.all(seqs.map((seq) => read(room, seq)));
      const run = found.indexOf(undefined);
      slots.push(...(run < 0 ? found : found.slice(0, run)).filter((slot) => slot !== undefined));
      if (run >= 0) break;
      width = Math.min(MAX_WIDTH, 2 * width);
    }
    return slots;
  }

  return {
    state: (room) => states.state(room),

    async put(room, _epoch, seq, entry) {
      const by = `${random().toString(36).slice(2)}${random().toString(36).slice(2)}`;
      const key = keys.slot(room, seq);
      const { stored } = await requests.putIfAbsent(key, slotText(entry, seq, by));
      const known = states.known(room);
      if (known) known.head = Math.max(known.head, seq);
      if (stored) await trim(room, seq);
      return stored ? "stored" : "taken";
    },

    async read(room, _epoch, { after, limit }) {
      const known = states.known(room);
      const first = Math.max(after, known?.floor ?? 0) + 1;
      const slots = await readRun(room, first, limit, (known?.head ?? 0) - first + 2);
      // It was trimmed by another process: what is known of the beginning is the past.
      const hole = slots.length < limit && first + slots.length <= (known?.head ?? 0);
      if (hole) states.forget(room);
      return toEntries(room, slots);
    },
  };
}
