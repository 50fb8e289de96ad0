import { randomUUID } from "node:crypto";
import type { ConnectionStore, RoomLog } from "@hubbub/core";
import {
  type CosClientOptions,
  createCosClient,
  createCosConnectionStore,
  createCosRoomLog,
} from "@hubbub/tencent/cos";
import { chat } from "../chat.ts";

/** What the deployment says to the functions. */
export function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: deploy with the command of the README`);
  return value;
}

/** Who is connected and what was said, in the bucket of the deployment. */
export function createBackend(credentials?: CosClientOptions["credentials"]): {
  store: ConnectionStore;
  log: RoomLog;
} {
  const cos = createCosClient(credentials ? { credentials } : {});
  const options = {
    bucket: variable("BUCKET"),
    region: variable("REGION"),
    prefix: variable("PREFIX"),
    clock: {
      now: Date.now,
      sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    },
    random: Math.random,
    id: randomUUID,
    logger: console,
  };
  return {
    store: createCosConnectionStore(cos, options),
    log: createCosRoomLog(cos, { ...options, retention: chat.retention }),
  };
}
