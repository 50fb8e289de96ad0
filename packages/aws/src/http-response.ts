import { type ChunkedReader, createChunkedReader } from "./http-chunked.ts";
import { HttpFailure } from "./http-failure.ts";
import type { HttpHead } from "./http-head.ts";
import { createHeadReader } from "./http-head-reader.ts";

/** A whole response. */
export interface HttpResponse {
  readonly status: number;
  /** Whether the connection may carry another request. */
  readonly keepAlive: boolean;
  readonly head: HttpHead;
  /** The body as it came, one character a byte. */
  readonly bytes: string;
}

/** Reads the responses of one connection, one after the other. Throws HttpFailure `protocol`. */
export interface ResponseReader {
  /** Takes bytes, one character each; answers the response once it is whole. */
  push(text: string): HttpResponse | undefined;
  /** The server has ended the connection; answers the response if that is how its body ends. */
  end(): HttpResponse | undefined;
  /** Whether bytes of a response have come that is not whole yet. */
  readonly begun: boolean;
}

/** Bounds of a response, in bytes. */
export interface ResponseLimits {
  /** Of the head, with interim ones before it. (Default: 16 KiB) */
  maxHeadBytes?: number;
  /** Of the body. (Default: 64 KiB) */
  maxBodyBytes?: number;
}

/** Creates a reader for a connection on which nothing has come yet. */
export function createResponseReader(limits: ResponseLimits = {}): ResponseReader {
  const { maxHeadBytes = 16 * 1024, maxBodyBytes = 64 * 1024 } = limits;
  const heads = createHeadReader(maxHeadBytes);
  let head: HttpHead | undefined;
  let chunked: ChunkedReader | undefined;
  let rest = "";

  /** Takes the body off `rest`, once it is whole. */
  function readBody({ framing }: HttpHead): string | undefined {
    if (framing === "chunked") {
      chunked ??= createChunkedReader(maxBodyBytes);
      const after = chunked.push(rest);
      rest = after ?? "";
      return after === undefined ? undefined : chunked.body;
    }
    const length = framing === "close" ? rest.length : framing;
    if (length > maxBodyBytes) throw new HttpFailure("the body is too large", { kind: "protocol" });
    if (framing === "close" || rest.length < length) return undefined;
    const body = rest.slice(0, length);
    rest = rest.slice(length);
    return body;
  }

  function finish(whole: HttpHead, bytes: string): HttpResponse {
    // More than was asked for: nobody knows what that would answer.
    const keepAlive = whole.keepAlive && rest === "";
    rest = "";
    head = chunked = undefined;
    return { status: whole.status, keepAlive, head: whole, bytes };
  }

  return {
    push(text) {
      if (head) {
        rest += text;
      } else {
        head = heads.push(text);
        if (head) rest = heads.takeRest();
      }
      const body = head && readBody(head);
      return head && body !== undefined ? finish(head, body) : undefined;
    },
    end: () => (head?.framing === "close" ? finish(head, rest) : undefined),
    get begun() {
      return head !== undefined || heads.begun;
    },
  };
}
