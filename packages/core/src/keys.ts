/**
 * For adapters: any string as a key.
 *
 * @module
 */
export { decodeKey, encodeKey } from "./encode-key.ts";
