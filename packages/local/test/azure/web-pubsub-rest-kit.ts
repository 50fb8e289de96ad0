import { request } from "node:http";
import { signToken } from "../../src/azure/json-web-token.ts";
import { WELL_KNOWN_KEY } from "../../src/azure/resolve-web-pubsub-options.ts";

/** What a request by hand is made of. */
export interface RawRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Its chunks are sent as such. */
  chunked?: boolean;
  claims?: object;
  key?: string;
}

/** An answer, read to its end. */
export interface RawAnswer {
  status: number | undefined;
  headers: Record<string, unknown>;
  text: string;
  json: () => Record<string, unknown>;
}

/** Sends a request as it is: without the SDK, and without what `fetch` forbids. */
export async function rawRequest(url: string, options: RawRequest = {}): Promise<RawAnswer> {
  const { method = "POST", body = "", chunked = false, key = WELL_KNOWN_KEY } = options;
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const token = signToken({ aud: url, exp, ...options.claims }, key);
  const headers = {
    ...{ Authorization: `Bearer ${token}`, "Content-Type": "text/plain", ...options.headers },
    ...(!chunked && { "Content-Length": String(Buffer.byteLength(body)) }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        const { statusCode: status, headers: found } = response;
        resolve({ status, headers: found, text, json: () => JSON.parse(text) });
      });
    });
    sent.on("error", reject);
    if (chunked) sent.write(body);
    sent.end(chunked ? undefined : body);
  });
}
