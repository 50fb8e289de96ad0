import type { LogEntry, Logger } from "@hubbub/core";
import { expect } from "vitest";
import { type CosKeys, createCosKeys } from "../../src/cos-keys.ts";
import type { CosRoomLogOptions } from "../../src/cos-room-log.ts";
import { slotText } from "../../src/cos-slots.ts";
import type { CosKit } from "./cos-kit.ts";

/** A prefix of its own in a bucket, into which somebody else puts objects. */
export interface CosRig {
  readonly prefix: string;
  readonly keys: CosKeys;
  /** What stores and logs warned of. */
  readonly warnings: { message: string; details: unknown }[];
  /** A store that has seen nothing yet. */
  store(): ReturnType<CosKit["store"]>;
  /** A log that has seen nothing yet. */
  log(options?: Partial<CosRoomLogOptions>): ReturnType<CosKit["log"]>;
  /** Opens a connection and joins a room. */
  enter(connectionId: string, room: string): Promise<void>;
  /** Puts the slots of a log past everything, as appends would have: one of 3 goes from 1 to 3. */
  fill(first: number, last: number, ts?: number): void;
  /** Puts an object past everything: a text as it is. */
  put(key: string, text: string): void;
  /** The keys that are there, after a prefix. */
  listed(prefix: string): string[];
}

/** An entry of a log. */
export function entryOf(mid: string, ts: number): LogEntry {
  return { mid, from: { id: "ann" }, event: "say", data: { text: mid }, ts, digest: mid };
}

/** Creates a rig whose stores and logs warn at one place. */
export function createRig(kit: CosKit): CosRig {
  const prefix = kit.prefix();
  const keys = createCosKeys(prefix);
  const warnings: CosRig["warnings"] = [];
  const logger: Logger = {
    error: (message) => expect.unreachable(message),
    warn: (message, details) => void warnings.push({ message, details }),
  };
  const store = () => kit.store({ prefix, logger });
  return {
    ...{ prefix, warnings, store, keys },
    log: (options) => kit.log({ prefix, logger, ...options }),
    async enter(connectionId, room) {
      const one = store();
      await one.open(kit.connection(connectionId));
      await one.join(connectionId, room);
    },
    fill(first, last, ts = kit.clock.now()) {
      for (let seq = first; seq <= last; seq++) {
        kit.cos.put(keys.slot("lobby", seq), slotText(entryOf(`m${seq}`, ts), seq, "somebody"));
      }
    },
    put: (key, text) => kit.cos.put(key, text),
    listed: (start) =>
      kit.cos
        .keys()
        .filter((key) => key.startsWith(start))
        .map((key) => key.slice(start.length)),
  };
}

/** Texts that are no JSON, or JSON of nothing that is ever stored. */
export const NO_JSON_OF_OURS: readonly string[] = [
  ...[
    "",
    "{",
    '{"user":',
    "null",
    "7",
    "1e999",
    "true",
    '"text"',
    "[]",
    "{}",
    "\u0000",
    "<Error/>",
  ],
];

/** A log of so many entries, and its epoch. */
export async function fill(rig: CosRig, count: number): Promise<string> {
  rig.fill(1, count);
  return (await rig.log().head("lobby")).epoch;
}

/** A log that was trimmed, and its epoch: it has the slots 101 to 128. */
export async function fillAndTrim(rig: CosRig): Promise<string> {
  rig.fill(101, 128);
  rig.put(rig.keys.floor("lobby", 100), "");
  return (await rig.log().head("lobby")).epoch;
}
