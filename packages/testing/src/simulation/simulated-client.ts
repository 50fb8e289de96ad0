import {
  type Client,
  createClient,
  type HubbubClientError,
  type Message,
  type PublishAck,
  type Reset,
  type Room,
  type UntypedChat,
  type WebSocketConstructor,
} from "@hubbub/client";
import type { SimulatedUser } from "./plan.ts";
import type { World } from "./world.ts";

/** What an application saw of a room between joining and leaving it. */
export interface View {
  readonly room: Room;
  /** In their order. */
  readonly events: (Message | Reset)[];
  /** The position before the first event, once joined. */
  start: number | undefined;
  pending: number;
  left: string | undefined;
}

/** One publish, and what became of it. */
export interface Attempt {
  readonly room: string;
  readonly mid: string;
  outcome?: PublishAck | HubbubClientError;
}

/** An application around one client. */
export interface SimulatedClient {
  readonly name: string;
  readonly user: SimulatedUser;
  readonly client: Client<UntypedChat>;
  /** All there were; the last one of a room is the present one. */
  readonly views: readonly View[];
  readonly attempts: readonly Attempt[];
  readonly errors: readonly HubbubClientError[];
  /** Set once its user was thrown out of the chat. */
  mayBeClosed: boolean;
  /** The present view of a room. */
  view(room: string): View | undefined;
  join(room: string): void;
  joinInbox(): void;
  publish(room: string, event: string, data: unknown, mid: string): void;
}

/** Starts an application. */
export function createSimulatedClient(
  world: World,
  user: SimulatedUser,
  index: number,
  WebSocket: WebSocketConstructor,
): SimulatedClient {
  const { clock, random, plan, trace } = world;
  const skew = Math.round((random() * 2 - 1) * plan.faults.skewMs);
  const name = `client ${index} (${user.token})`;
  const client = createClient({
    url: "wss://simulated",
    token: user.token,
    WebSocket,
    now: () => clock.now() + skew,
    setTimer: (ms, run) => clock.setTimer(Math.ceil(ms), run),
    random,
  });
  const views: View[] = [];
  const attempts: Attempt[] = [];
  const errors: HubbubClientError[] = [];
  const view = (room: string) => views.findLast((one) => one.room.name === room);
  client.on("error", (error) => {
    errors.push(error);
    trace(() => `${name} error ${error.code} ${error.message}`);
  });

  function watch(room: Room): void {
    const events: View["events"] = [];
    const seen: View = { room, events, start: undefined, pending: 0, left: undefined };
    views.push(seen);
    room.on("message", (message) => void events.push(message));
    room.on("reset", (reset) => {
      events.push(reset);
      trace(() => `${name} reset ${JSON.stringify(reset)}`);
    });
    room.on("pending", (list) => {
      seen.pending = list.length;
    });
    room.on("left", ({ code }) => {
      seen.left = code;
    });
    const begin = () => {
      const [first] = events;
      seen.start = first && "seq" in first ? first.seq - 1 : room.position?.seq;
    };
    room.joined.then(begin, () => {});
  }

  function join(room: string): void {
    // Whoever has joined already, to write, does not join again; whoever was turned away can't.
    const present = view(room);
    const isThere = present !== undefined && present.left === undefined;
    if (!isThere && client.state !== "closed") watch(client.join(room, { last: plan.last }));
  }

  return {
    name,
    user,
    client,
    views,
    attempts,
    errors,
    mayBeClosed: false,
    view,
    join,
    joinInbox() {
      if (client.state !== "closed") watch(client.inbox({ last: plan.last }));
    },
    publish(room, event, data, mid) {
      if (client.state === "closed") return;
      const attempt: Attempt = { room, mid };
      attempts.push(attempt);
      if (!view(room) && !room.startsWith("@")) join(room);
      const target = view(room)?.room ?? client.to(room.slice(1));
      trace(() => `${name} publishes ${mid} to ${room}`);
      const settle = (outcome: PublishAck | HubbubClientError) => {
        attempt.outcome = outcome;
        trace(() => `${name} is told of ${mid}: ${JSON.stringify(outcome)}`);
      };
      target.publish(event, data, { mid }).then(settle, settle);
    },
  };
}
