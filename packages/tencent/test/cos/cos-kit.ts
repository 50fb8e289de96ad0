import type { Connection } from "@hubbub/core";
import {
  type CosRequest,
  createLocalCos,
  type LocalCos,
  type LocalCosOptions,
} from "@hubbub/local/tencent";
import {
  type ContractClock,
  type CountingMeter,
  createContractClock,
  createCountingMeter,
  createSeededRandom,
} from "@hubbub/testing";
import { afterAll } from "vitest";
import { type CosClientOptions, createCosClient } from "../../src/cos-client.ts";
import {
  type CosConnectionStoreOptions,
  createCosConnectionStore,
} from "../../src/cos-connection-store.ts";
import type { CosLike } from "../../src/cos-options.ts";
import { type CosRoomLogOptions, createCosRoomLog } from "../../src/cos-room-log.ts";

export const KEYS: { secretId: string; secretKey: string } = {
  secretId: "AKIDEXAMPLE",
  secretKey: "SECRETEXAMPLE",
};
export const PLACE: { bucket: string; region: string } = {
  bucket: "chat-1250000000",
  region: "ap-guangzhou",
};
const LEASE_MS = 60_000;

/** A COS on loopback, a client of it, and what fails. */
export interface CosKit {
  readonly cos: LocalCos;
  readonly client: CosLike;
  /** Another client, as another process has it. */
  connect(options?: CosClientOptions): CosLike;
  /** A prefix that nobody has used. */
  prefix(): string;
  /** The next write fails as when the network does, before or after its effect, whatever the SDK retries. */
  failNext(when: "before" | "after"): void;
  /** The next listing misses its first or its last key. */
  hideNext(which: "first" | "last"): void;
  /** What a store and a log need beside the client. */
  readonly clock: ContractClock;
  readonly meter: CountingMeter;
  store(options?: Partial<CosConnectionStoreOptions>): ReturnType<typeof createCosConnectionStore>;
  log(options?: Partial<CosRoomLogOptions>): ReturnType<typeof createCosRoomLog>;
  /** A connection with a lease of `LEASE_MS`. */
  connection(connectionId: string, extra?: Partial<Connection>): Connection;
}

const WRITES: readonly CosRequest["action"][] = [
  ...(["PutObject", "DeleteObject", "DeleteMultipleObjects"] as const),
];

/** Starts a COS that ends with the tests of a file. Stores and logs share one prefix unless they get another. */
export async function startCosKit(options: LocalCosOptions = {}): Promise<CosKit> {
  const cos = await createLocalCos({ credentials: [KEYS], ...options });
  afterAll(() => cos.close());
  const connect: CosKit["connect"] = (more) =>
    createCosClient({ credentials: KEYS, domain: cos.url, ...more });
  const client = connect();
  const clock = createContractClock();
  const meter = createCountingMeter();
  const random = createSeededRandom(1);
  let ids = 0;
  const id = () => `id-${++ids}`;
  const common = { ...PLACE, prefix: "test/", clock, random, meter };
  return {
    ...{ cos, client, connect, clock, meter },
    prefix: () => `test-${++ids}/`,
    failNext: (when) => failNextWrite(cos, when),
    hideNext: (which) => hideNextListed(cos, which),
    store: (more) => createCosConnectionStore(client, { ...common, ...more }),
    log: (more) => createCosRoomLog(client, { ...common, id, ...more }),
    connection: (connectionId, extra) => ({
      connectionId,
      user: { userId: `user-of-${connectionId}`, name: "Ann" },
      protocol: "hubbub.v1",
      rooms: [],
      connectedAt: clock.now(),
      expiresAt: clock.now() + LEASE_MS,
      ...extra,
    }),
  };
}

/** Cuts the connection of a write, and of the repetitions that the SDK makes of it. */
function failNextWrite({ faults }: LocalCos, when: "before" | "after"): void {
  let failed: CosRequest | undefined;
  faults.requests = (request) => {
    if (!WRITES.includes(request.action)) return undefined;
    const first = failed === undefined;
    failed ??= request;
    const same = failed.action === request.action && failed.key === request.key;
    if (!first && !(same && request.retry)) return undefined;
    return { error: "no-answer", afterEffect: first && when === "after" };
  };
}

/** Leaves a key out of the next listing that has any. */
function hideNextListed(cos: LocalCos, which: "first" | "last"): void {
  let hidden: string | undefined;
  cos.faults.requests = ({ action, key: prefix }) => {
    if (action !== "GetBucket" || hidden !== undefined) return undefined;
    const keys = cos
      .keys()
      .filter((key) => key.startsWith(prefix))
      .slice(0, 5);
    hidden = which === "first" ? keys[0] : keys.at(-1);
    return { listing: { hide: (key) => key === hidden } };
  };
}
