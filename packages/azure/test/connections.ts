import type { EventHandler } from "../src/index.ts";
import type { Events, HandlerKit } from "./event-kit.ts";
import type { EventChanges } from "./events.ts";

/** One connection, as the service speaks for it: it keeps the state, and counts the events. */
export function connectionOf(
  { event }: Pick<HandlerKit, "event">,
  connectionId: string,
): {
  state: string | undefined;
  /** Sends an event, and keeps the state of its answer. */
  send(handler: EventHandler<Events>, changes?: EventChanges): Promise<Response>;
  /** Sends frames, and gives those of the answer. */
  say(handler: EventHandler<Events>, ...frames: object[]): Promise<Record<string, unknown>[]>;
} {
  let id = 0;
  return {
    state: undefined,
    async send(handler, changes = {}) {
      const { state } = this;
      const response = await handler(event({ connectionId, id: id++, state, ...changes }));
      this.state = response.headers.get("ce-connectionState") ?? this.state;
      return response;
    },
    async say(handler, ...frames) {
      const response = await this.send(handler, { body: JSON.stringify(frames) });
      const text = await response.text();
      return text === "" ? [] : [JSON.parse(text)].flat();
    },
  };
}

/** Opens a connection that speaks `hubbub.v1`, says hello and joins rooms. */
export async function arrive(
  kit: HandlerKit,
  connectionId: string,
  rooms: readonly string[] = ["lobby"],
  handler: EventHandler<Events> = kit.handler,
): Promise<ReturnType<typeof connectionOf>> {
  const connection = connectionOf(kit, connectionId);
  await connection.send(handler, { name: "connect", body: connectBody() });
  await connection.send(handler, { name: "connected", body: {} });
  const joins = rooms.map((room) => ({ type: "join", room }));
  await connection.say(handler, { type: "hello", session: `session-of-${connectionId}` }, ...joins);
  return connection;
}

/** The body of a `connect`. */
export function connectBody(changes: Record<string, unknown> = {}): object {
  return { claims: {}, query: {}, headers: {}, subprotocols: ["hubbub.v1"], ...changes };
}

/** A publish of `say`. */
export function publish(mid: string, after: number, epoch: unknown, room = "lobby"): object {
  return { type: "publish", room, event: "say", data: { text: mid }, mid, epoch, after };
}
