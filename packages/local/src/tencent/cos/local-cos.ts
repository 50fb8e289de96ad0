import { Buffer } from "node:buffer";
import type { LocalClock } from "../../shared/local-clock.ts";
import { LOOPBACK, startLoopbackServer } from "../../shared/loopback-server.ts";
import { createTimerScope } from "../../shared/timer-scope.ts";
import { fromByteKey } from "./byte-order.ts";
import { type CosBucket, createCosBucket } from "./cos-bucket.ts";
import type { CosAction, CosFaults, CosRequest } from "./cos-faults.ts";
import { type LocalCosOptions, resolveCosOptions } from "./cos-options.ts";
import { createCosService } from "./cos-service.ts";

/** A request that was answered, or not. */
export interface CosLogEntry extends CosRequest {
  /** When it came, in milliseconds since the Unix epoch. */
  at: number;
  /** The HTTP status; 0 if the client got no answer. */
  status: number;
  /** The `Code` of the error; absent if it was none. */
  code?: string;
}

/** A COS that listens. */
export interface LocalCos {
  readonly port: number;
  /** `http://127.0.0.1:<port>`: the SDK's `Domain`, if there is one bucket. */
  readonly url: string;
  /** The SDK's `Domain` for any number of buckets: `url` and `/{Bucket}`. */
  readonly domain: string;
  /** The faults that were given, or an object to set them on. */
  readonly faults: CosFaults;
  /** What was asked, oldest first; the newest 100,000. Empty it with `requests.length = 0`. */
  readonly requests: CosLogEntry[];
  /** How many requests of an action came, those that failed and those that the SDK repeated included. */
  count(action: CosAction): number;
  /** The keys of a bucket, in the order of a listing. (Default: the first bucket) */
  keys(bucket?: string): string[];
  /** Puts an object past all requests, as somebody else would. (Default: into the first bucket) */
  put(key: string, body: string, bucket?: string): void;
  /** Cuts all sockets and stops all timers. */
  close(): Promise<void>;
}

/**
 * Starts a COS on 127.0.0.1: objects, listings, multi-delete and the versioning flag, as the official
 * SDK asks for them.
 *
 * @param options Buckets, keys, caps, faults, clock.
 * @returns The running COS.
 * @throws InvalidArgumentError naming the option that is wrong, or if the port is in use.
 */
export async function createLocalCos(options: LocalCosOptions = {}): Promise<LocalCos> {
  const resolved = resolveCosOptions(options);
  const clock = createTimerScope(resolved.clock);
  const buckets = createBuckets(resolved.buckets, clock);
  const requests: CosLogEntry[] = [];
  const answer = createCosService({ ...resolved, clock }, buckets, requests);
  const listening = await startLoopbackServer({
    ...{ port: resolved.port, tls: undefined },
    onRequest: (request, response) => {
      answer(request, response).catch(() => response.destroy());
    },
  });
  const url = `http://${LOOPBACK}:${listening.port}`;
  const bucketOf = (name = [...buckets.keys()][0] ?? "") => buckets.get(name);
  return {
    ...{ port: listening.port, url, domain: `${url}/{Bucket}`, faults: resolved.faults, requests },
    count: (action) => requests.filter((request) => request.action === action).length,
    keys: (bucket) => listedKeys(bucketOf(bucket)),
    put: (key, body, bucket) => void bucketOf(bucket)?.put(key, Buffer.from(body)),
    async close() {
      clock.end();
      await listening.close();
    },
  };
}

function createBuckets(
  options: NonNullable<LocalCosOptions["buckets"]>,
  clock: LocalClock,
): Map<string, CosBucket> {
  const entries = Object.entries(options);
  return new Map(
    entries.map(([name, { versioning }]) => [name, createCosBucket(name, clock, versioning)]),
  );
}

function listedKeys(bucket: CosBucket | undefined): string[] {
  return (bucket?.snapshot().keys ?? []).map(fromByteKey);
}
