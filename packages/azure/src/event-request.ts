/** The least of a `Request` that the handler needs: that of the platform, of Hono, of Azure Functions. */
export interface EventRequest {
  readonly method: string;
  /** Absolute, or a path with its query. */
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  readonly body?: EventRequestBody | null | undefined;
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** The body of a request as a stream. */
export interface EventRequestBody {
  getReader(): {
    read(): Promise<{ done: boolean; value?: unknown }>;
    cancel(): Promise<void>;
  };
}

/** The longest body of an event: beyond it, Microsoft's emulator closes the client's WebSocket itself. */
const MAX_BODY_BYTES: number = 1024 * 1024;

/**
 * Reads a body, but no more than a megabyte.
 *
 * @returns Undefined if there is more.
 */
export async function readBody(request: EventRequest): Promise<Uint8Array | undefined> {
  const length = Number(request.headers.get("content-length") ?? Number.NaN);
  if (length > MAX_BODY_BYTES) return undefined;
  // A length that was announced was kept to: whatever else came is no part of this request.
  if (length >= 0 || !request.body) {
    const bytes = new Uint8Array(await request.arrayBuffer());
    return bytes.length > MAX_BODY_BYTES ? undefined : bytes;
  }
  const reader = request.body.getReader();
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks);
    const chunk = typeof value === "string" ? Buffer.from(value) : (value as Uint8Array);
    total += chunk.length;
    if (total > MAX_BODY_BYTES) {
      await reader.cancel().catch(() => undefined); // It is not read either way.
      return undefined;
    }
    chunks.push(chunk);
  }
}
