/** What one process asks the others to do with a connection that it does not hold. */
export type RedisOrder =
  | { readonly do: "send"; readonly id: string; readonly text: string }
  | { readonly do: "close"; readonly id: string; readonly code: number; readonly reason: string }
  | { readonly do: "join" | "leave"; readonly id: string; readonly group: string };

/** A broadcast on its way. */
export interface RedisBroadcast {
  readonly from: string;
  readonly except: readonly string[];
  readonly text: string;
}

/** A head of one line, and the text as it is: it is not escaped a second time. */
export function encodeBroadcast({ from, except, text }: RedisBroadcast): string {
  return `${JSON.stringify([from, ...except])}\n${text}`;
}

/** Reads a broadcast; undefined if it is none. */
export function decodeBroadcast(message: string): RedisBroadcast | undefined {
  const end = message.indexOf("\n");
  const head = parse(message.slice(0, Math.max(0, end)));
  if (!Array.isArray(head) || !head.every((id) => typeof id === "string")) return undefined;
  const [from, ...except] = head as string[];
  if (from === undefined) return undefined;
  return { from, except, text: message.slice(end + 1) };
}

/** Writes an order. */
export function encodeOrder(from: string, order: RedisOrder): string {
  return JSON.stringify({ from, ...order });
}

/** Reads an order; undefined if it is none. */
export function decodeOrder(message: string): ({ from: string } & RedisOrder) | undefined {
  const order = parse(message) as Record<string, unknown> | null | undefined;
  if (typeof order?.from !== "string" || typeof order.id !== "string") return undefined;
  const fits = {
    send: () => typeof order.text === "string",
    close: () => Number.isInteger(order.code) && typeof order.reason === "string",
    join: () => typeof order.group === "string",
    leave: () => typeof order.group === "string",
  };
  const kind = String(order.do);
  if (!Object.hasOwn(fits, kind) || !fits[kind as keyof typeof fits]()) return undefined;
  return order as unknown as { from: string } & RedisOrder;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
