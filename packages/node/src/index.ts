/**
 * Serves a chat from a Node process: on a port of its own, or beside your HTTP server.
 *
 * @module
 */
export { attach } from "./attach.ts";
export type { ChatServer, Health } from "./chat-server.ts";
export { serve } from "./serve.ts";
export type { AttachOptions, ServeOptions, TrafficLimits } from "./server-options.ts";
