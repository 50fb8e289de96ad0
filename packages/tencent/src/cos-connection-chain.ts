import { UnavailableError } from "@hubbub/core";
import type { CosConnectionRow, CosVersion } from "./cos-connection-row.ts";
import type { CosKeys } from "./cos-keys.ts";
import type { CosRequests } from "./cos-requests.ts";
import type { CosVersionSearch } from "./cos-version-search.ts";

/** What a change did. */
interface CosChange {
  /** The version before; undefined if there was none. */
  readonly before: CosVersion | undefined;
  /** The version now: a new one, or `before`, if nothing had to be changed. */
  readonly after: CosVersion | undefined;
  readonly changed: boolean;
}

/** What comes after a state; undefined if nothing has to be changed. */
type CosNext = (current: CosVersion | undefined, version: number) => CosConnectionRow | undefined;

/**
 * The states of connections. Each is a chain of objects that are put if absent, so that every change is a
 * compare-and-set, and whatever happens to one connection at once has one order.
 */
export interface CosConnectionChain extends Pick<CosVersionSearch, "latest" | "after"> {
  /** Puts the next version. `unborn`: it is tried first as if there were none. */
  change(connectionId: string, next: CosNext, options?: { unborn?: boolean }): Promise<CosChange>;
}

interface Parts {
  requests: CosRequests;
  keys: CosKeys;
  versions: CosVersionSearch;
  random: () => number;
}

/** What is taken for the newest version, and whether it was just read. */
interface Seen {
  current: CosVersion | undefined;
  fresh: boolean;
}

const MAX_TRIES = 16; // Each is lost to another change of the same connection.

/** Creates the chains. A version that this process knows saves the search for the newest one. */
export function createCosConnectionChain(parts: Parts): CosConnectionChain {
  const { requests, keys, versions, random } = parts;

  /** The version, or the newest one, if somebody was faster. */
  async function put(id: string, version: number, row: CosConnectionRow, by: string) {
    const text = JSON.stringify({ ...row, by });
    const answer = await requests.putIfAbsent(keys.version(id, version), text);
    const found = answer.stored ? text : answer.found?.text;
    // Read, and so a copy: what the caller holds can't change it.
    const there = found === undefined ? undefined : versions.read(id, version, found);
    if (!answer.stored)
      return { stored: false, newest: there && (await versions.after(id, there)) };
    if (there) versions.remember(id, there);
    return { stored: true, newest: there };
  }

  async function change(id: string, next: CosNext, start: Seen): Promise<CosChange> {
    const by = `${random().toString(36).slice(2)}${random().toString(36).slice(2)}`;
    let { current, fresh } = start;
    for (let tries = 1; tries <= MAX_TRIES; tries++) {
      const version = (current?.version ?? 0) + 1;
      const row = next(current, version);
      if (row) {
        const { stored, newest } = await put(id, version, row, by);
        if (stored) return { before: current, after: newest, changed: true };
        current = newest;
      } else if (fresh) {
        return { before: current, after: current, changed: false };
      } else {
        current = await versions.latest(id); // Nothing is refused by what may be the past.
      }
      fresh = true;
    }
    throw new UnavailableError("the connection changed each time that it was to be changed");
  }

  return {
    latest: versions.latest,
    after: versions.after,

    async change(id, next, { unborn = false } = {}) {
      const seen = versions.seen(id);
      const fresh = !seen && !unborn;
      return change(id, next, { current: fresh ? await versions.search(id) : seen, fresh });
    },
  };
}
