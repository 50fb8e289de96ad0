import { createApiGatewayFunctions } from "@hubbub/tencent/api-gateway";
import { chat } from "../chat.ts";
import { createBackend } from "./environment.ts";

/**
 * The handlers of the three functions: `index.register`, `index.transport`, `index.cleanup`. The deployment asks
 * for the push URL and sets `PUSH_URL`, so it is known to be that of this API.
 */
export const { register, transport, cleanup } = createApiGatewayFunctions(chat, {
  ...createBackend(),
  pushUrl: () => process.env.PUSH_URL ?? "", // Not there at the very first deployment's first second.
  pushUrlVerified: true,
});
