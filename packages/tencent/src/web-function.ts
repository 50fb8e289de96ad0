/**
 * Tencent Cloud SCF: a chat on a Web Function with native WebSocket.
 *
 * @module
 */
export {
  createScfCredentials,
  type ScfCredentialHolder,
  type ScfCredentials,
  type ScfCredentialsOptions,
} from "./scf-credentials.ts";
export type { WebFunctionOptions } from "./web-function-options.ts";
export { serveWebFunction } from "./web-function-server.ts";
