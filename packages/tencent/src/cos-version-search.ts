import type { Clock } from "@hubbub/core";
import { type CosVersion, tombstoneRow } from "./cos-connection-row.ts";
import { type CosKeys, numberIn } from "./cos-keys.ts";
import { readRow } from "./cos-read-row.ts";
import type { CosRequests } from "./cos-requests.ts";

/** Finds the newest versions of connections' states. */
export interface CosVersionSearch {
  /** The newest version. */
  latest(connectionId: string): Promise<CosVersion | undefined>;
  /** The newest version, not older than one that is known. */
  after(connectionId: string, known: CosVersion): Promise<CosVersion>;
  /** The newest version, if this process knows none. */
  search(connectionId: string): Promise<CosVersion | undefined>;
  /** The version of a text that was found; a closed connection if it can't be read. */
  read(connectionId: string, version: number, text: string): CosVersion;
  /** What this process has seen last: perhaps the past. */
  seen(connectionId: string): CosVersion | undefined;
  /** Remembers a version. */
  remember(connectionId: string, found: CosVersion): void;
}

interface Parts {
  requests: CosRequests;
  keys: CosKeys;
  clock: Pick<Clock, "now">;
}

const FIRST = [1, 2, 3]; // Most connections have few versions: one is opened, then it joins.
const MAX_STEPS = 4; // From version to version; beyond that, a listing finds the newest sooner.
const CACHE_MS = 10 * 60_000; // Far less than the days after which old versions may be deleted.
const MAX_LISTED = 1000;
const MAX_CACHED = 10_000;

/** Creates the search. A listing is a hint only: what counts is that the next version is not there. */
export function createCosVersionSearch({ requests, keys, clock }: Parts): CosVersionSearch {
  const cache = createVersionCache(clock);

  function read(connectionId: string, version: number, text: string): CosVersion {
    const row = readRow(text, { keys, connectionId, version });
    if (!row) requests.distrust("the state of a connection", keys.version(connectionId, version));
    return { version, row: row ?? tombstoneRow(connectionId) };
  }

  async function get(id: string, version: number): Promise<CosVersion | undefined> {
    const object = await requests.get(keys.version(id, version));
    return object && read(id, version, object.text);
  }

  async function listed(id: string): Promise<CosVersion | undefined> {
    const prefix = keys.versions(id);
    let limit = 1;
    let after: string | undefined;
    do {
      const page = await requests.list({ prefix, limit, after });
      for (const { key } of page.objects) {
        const version = numberIn(key.slice(prefix.length));
        if (version !== undefined) return get(id, version);
        requests.distrust("the state of a connection", key);
      }
      limit = MAX_LISTED;
      after = page.nextMarker;
    } while (after !== undefined);
    return undefined;
  }

  async function after(id: string, known: CosVersion): Promise<CosVersion> {
    let newest = known;
    for (let steps = 1; ; steps++) {
      const next = await get(id, newest.version + 1);
      if (!next) break;
      const jump = steps === MAX_STEPS ? await listed(id) : undefined;
      newest = jump && jump.version > next.version ? jump : next;
    }
    cache.set(id, newest);
    return newest;
  }

  async function search(id: string): Promise<CosVersion | undefined> {
    const first = await Promise.all(FIRST.map((version) => get(id, version)));
    const run = first.indexOf(undefined);
    const last = run > 0 ? first[run - 1] : undefined;
    if (last) {
      cache.set(id, last);
      return last;
    }
    // There are more, or old ones were deleted meanwhile.
    const found = (await listed(id)) ?? first.at(-1);
    return found && after(id, found);
  }

  return {
    async latest(id) {
      const known = cache.get(id);
      return known ? after(id, known) : search(id);
    },
    after,
    search,
    read,
    seen: cache.get,
    remember: cache.set,
  };
}

/** What this process knows of versions. They never change, so that only the newest may be missed. */
function createVersionCache(clock: Pick<Clock, "now">) {
  const cache = new Map<string, { found: CosVersion; until: number }>();
  return {
    get(id: string): CosVersion | undefined {
      const cached = cache.get(id);
      return cached && cached.until > clock.now() ? cached.found : undefined;
    },
    set(id: string, found: CosVersion): void {
      const known = cache.get(id);
      if (known && known.found.version > found.version && known.until > clock.now()) return;
      cache.delete(id);
      cache.set(id, { found, until: clock.now() + CACHE_MS });
      if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value as string);
    },
  };
}
