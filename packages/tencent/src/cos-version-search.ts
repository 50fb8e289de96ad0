import type { Clock } from "@hubbub/core";
import type { CosVersion } from "./cos-connection-row.ts";
import { type CosKeys, numberIn } from "./cos-keys.ts";
import type { CosRequests } from "./cos-requests.ts";

/** Finds the newest versions of connections' states. */
export interface CosVersionSearch {
  /** The newest version. */
  latest(connectionId: string): Promise<CosVersion | undefined>;
  /** The newest version, not older than one that is known. */
  after(connectionId: string, known: CosVersion): Promise<CosVersion>;
  /** The newest version, if this process knows none. */
  search(connectionId: string): Promise<CosVersion | undefined>;
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
const MAX_CACHED = 10_000;

/** Creates the search. A listing is a hint only: what counts is that the next version is not there. */
export function createCosVersionSearch({ requests, keys, clock }: Parts): CosVersionSearch {
  const cache = createVersionCache(clock);

  async function read(id: string, version: number): Promise<CosVersion | undefined> {
    const object = await requests.get(keys.version(id, version));
    return object && { version, row: JSON.parse(object.text) };
  }

  async function listed(id: string): Promise<CosVersion | undefined> {
    const prefix = keys.versions(id);
    const { objects } = await requests.list({ prefix, limit: 1 });
    const version = numberIn(objects[0]?.key.slice(prefix.length) ?? "");
    return Number.isNaN(version) ? undefined : read(id, version);
  }

  async function after(id: string, known: CosVersion): Promise<CosVersion> {
    let newest = known;
    for (let steps = 1; ; steps++) {
      const next = await read(id, newest.version + 1);
      if (!next) break;
      const jump = steps === MAX_STEPS ? await listed(id) : undefined;
      newest = jump && jump.version > next.version ? jump : next;
    }
    cache.set(id, newest);
    return newest;
  }

  async function search(id: string): Promise<CosVersion | undefined> {
    const first = await Promise.all(FIRST.map((version) => read(id, version)));
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
