import { type RequestKind, type StoredEntry, UnavailableError } from "@hubbub/core";
import { type Distrust, type FoundSlot, toStoredEntries } from "@hubbub/core/adapter";
import { encodeKey } from "@hubbub/core/keys";
import { isWrongType } from "./redis-errors.ts";
import { MEND_LOG } from "./redis-log-mending.ts";
import type { RedisRequests, RedisScript } from "./redis-requests.ts";

/** What the requests of logs share. */
export interface RedisLogParts {
  readonly requests: RedisRequests;
  readonly distrust: Distrust;
  readonly prefix: string;
  /** How long a log outlives its last entry, in milliseconds; "" for ever. */
  readonly life: string;
  readonly newEpoch: () => string;
}

/** The requests of the logs of rooms. */
export interface RedisLogRequests {
  /**
   * Runs a script on a log. One that is not what was stored is mended first.
   *
   * @param call Names the key of an append without a position.
   */
  run(
    kind: RequestKind,
    script: RedisScript,
    room: string,
    args: readonly (string | number)[],
    call?: string,
  ): Promise<unknown[]>;
  /** The entries among what was found; in place of one that can't be read stands an empty one. */
  toEntries(room: string, epoch: string, slots: readonly FoundSlot[], now: number): StoredEntry[];
  /** Warns of an entry. */
  distrustEntry(room: string, epoch: string, seq: number): void;
}

/** Creates them. */
export function createRedisLogRequests(parts: RedisLogParts): RedisLogRequests {
  const { requests, distrust, prefix, life, newEpoch } = parts;
  const keyOf = (room: string, end: string) => `${prefix}:{${encodeKey(room)}}:${end}`;

  function distrustEntry(room: string, epoch: string, seq: number): void {
    const key = keyOf(room, "entries");
    distrust("an entry of a log", `${key} ${epoch} ${seq}`, { key });
  }

  return {
    async run(kind, script, room, args, call) {
      const log = keyOf(room, "log");
      const keys = [log, keyOf(room, "entries")];
      const all = call === undefined ? keys : [...keys, keyOf(room, `call:${call}`)];
      const attempt = () =>
        unlessWrong(requests.run(kind, script, all, [newEpoch(), life, ...args]));
      const reply = await attempt();
      if (reply) return reply;
      distrust("a room's log", log, { key: log });
      await requests.run("write", MEND_LOG, keys, [newEpoch(), life]);
      const again = await attempt();
      if (!again) throw new UnavailableError("the log was damaged each time that it was read");
      return again;
    },
    toEntries: (room, epoch, slots, now) =>
      toStoredEntries(slots, now, (seq) => distrustEntry(room, epoch, seq)),
    distrustEntry,
  };
}

/** What a script answered; undefined if a key is not what was stored. */
async function unlessWrong(reply: Promise<unknown>): Promise<unknown[] | undefined> {
  try {
    return ((await reply) as unknown[] | null) ?? undefined;
  } catch (error) {
    if (!isWrongType(error)) throw error;
    return undefined;
  }
}
