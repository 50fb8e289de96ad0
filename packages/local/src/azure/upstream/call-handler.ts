import { Buffer } from "node:buffer";
import type { ResolvedEventHandler } from "../resolve-web-pubsub-options.ts";

/** One HTTP request to a handler. */
export interface HandlerRequest {
  url: string;
  method: "POST" | "OPTIONS" | "GET";
  headers: Readonly<Record<string, string>>;
  body?: Buffer;
}

/** A handler's answer, read to its end. */
export interface HandlerAnswer {
  status: number;
  headers: Headers;
  body: Buffer;
}

const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/**
 * Asks a handler: over HTTP, or in this process.
 *
 * @returns Its answer; 500 for a function that threw.
 * @throws Error if it cannot be reached, answers too much, or `signal` aborts.
 */
export async function callHandler(
  { handler }: Pick<ResolvedEventHandler, "handler">,
  { url, body, ...init }: HandlerRequest,
  signal: AbortSignal,
  onThrow: (error: unknown) => void,
): Promise<HandlerAnswer> {
  const content = body && { body: new Uint8Array(body) }; // The DOM's types want it unshared.
  const request = { ...init, ...content, signal, redirect: "manual" } as const;
  if (!handler) return readAnswer(await fetch(url, request), signal);
  const answer = async () => {
    try {
      return await handler(new Request(url, request));
    } catch (error) {
      onThrow(error);
      return new Response(null, { status: 500 });
    }
  };
  return readAnswer(await untilAborted(answer(), signal), signal);
}

async function readAnswer(response: Response, signal: AbortSignal): Promise<HandlerAnswer> {
  const { status, headers } = response;
  if (!response.body) return { status, headers, body: Buffer.alloc(0) };
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const { value } = await untilAborted(reader.read(), signal);
      if (!value) return { status, headers, body: Buffer.concat(chunks) };
      bytes += value.length;
      if (bytes > MAX_ANSWER_BYTES) throw new RangeError("the answer has more than 16 MiB");
      chunks.push(value);
    }
  } catch (error) {
    reader.cancel().catch(() => undefined); // Whoever writes it is to stop.
    throw error;
  }
}

/** A function in this process may take no notice of the signal, and so may the body of its answer. */
async function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new DOMException("The event was given up", "AbortError"));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([aborted, work]); // Whichever loses may fail unheard.
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
