import { defineChat } from "@hubbub/core";
import { serveWebFunction } from "@hubbub/tencent/web-function";
import { chat } from "./chat.ts";

/**
 * The chat as a Web Function: `scf_bootstrap` would start it. On Tencent Cloud nothing of the environment is set but
 * `ORIGINS`; on this machine each instance gets an address of its own.
 */
const { HOST, PORT, ORIGINS = "" } = process.env;
const origins = ORIGINS.split(" ").filter((origin) => origin !== "");

await serveWebFunction(defineChat({ ...chat.definition, origins }), {
  ...{ timeoutMs: 7_200_000, idleTimeoutMs: 60_000 },
  ...(HOST && { host: HOST }),
  ...(PORT && { port: Number(PORT) }),
  path: "/chat",
});
