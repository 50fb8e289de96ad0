import { createRedisBackend } from "@hubbub/redis";
import { createScfCredentials, serveWebFunction } from "@hubbub/tencent/web-function";
import { chat } from "../chat.ts";
import { createBackend, variable } from "./environment.ts";

const credentials = createScfCredentials();
const url = process.env.REDIS_URL;

// One instance has its logs in COS; several meet in Redis.
const backend = url
  ? await createRedisBackend({ url, retention: chat.retention })
  : createBackend(credentials.get);

await serveWebFunction(chat, {
  ...backend,
  credentials,
  timeoutMs: Number(variable("TIMEOUT_MS")),
  idleTimeoutMs: Number(variable("IDLE_TIMEOUT_MS")),
  ...(process.env.PORT ? { port: Number(process.env.PORT) } : {}),
});
