/** The header that carries a connection's state. */
export const STATE = "ce-connectionState";

/** What the service is answered. */
export interface EventAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Writes an answer as a `Response`; it is new each time, since a body is read once. */
export function toResponse({ status, headers = {}, body }: EventAnswer): Response {
  return new Response(body ?? null, { status, headers: { ...headers } });
}

/** An answer of text, which becomes a text message. */
export function textAnswer(status: number, body: string): EventAnswer {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8" }, body };
}
