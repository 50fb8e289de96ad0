import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";

/**
 * Reads a request's body to its end.
 *
 * @returns The bytes, or undefined if there were more than `maxBytes`: those are read and dropped.
 */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
    });
    request.once("end", () => resolve(bytes > maxBytes ? undefined : Buffer.concat(chunks)));
    request.once("error", reject);
  });
}
