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
  readonly user: string;
  readonly room: string;
  readonly mid: string;
  outcome?: PublishAck | HubbubClientError;
}

/** An application around one client. */
export interface ChaosUser {
  readonly id: string;
  readonly client: Client<UntypedChat>;
  /** All there were; the last one of a room is the present one. */
  readonly views: View[];
  readonly attempts: Attempt[];
  readonly errors: HubbubClientError[];
  join(room: string): View;
  publish(room: string, text: string): void;
}

/** Starts an application. */
export function createUser(world: World, id: string, socket: WebSocketConstructor): ChaosUser {
  const { clock, random, plan, trace } = world;
  const skew = Math.round((random() * 2 - 1) * plan.skewMs);
  const client = createClient({
    url: "wss://chaos",
    token: id,
    WebSocket: socket,
    now: () => clock.now() + skew,
    setTimer: clock.setTimer,
    random,
  });
  const user: ChaosUser = {
    id,
    client,
    views: [],
    attempts: [],
    errors: [],
    join(name) {
      const room = client.join(name, { last: plan.last });
      const view: View = { room, events: [], start: undefined, pending: 0, left: undefined };
      user.views.push(view);
      watch(view);
      return view;
    },
    publish(name, text) {
      const mid = `m-${text}`;
      const attempt: Attempt = { user: id, room: name, mid };
      user.attempts.push(attempt);
      const own = user.views.findLast(({ room }) => room.name === name)?.room;
      const target = own ?? client.to(name.slice(1));
      trace(() => `${id} publishes ${mid} to ${name}`);
      target.publish("say", { text }, { mid }).then(
        (ack) => {
          attempt.outcome = ack;
          trace(() => `${id} acked ${mid} ${JSON.stringify(ack)}`);
        },
        (error: HubbubClientError) => {
          attempt.outcome = error;
          trace(() => `${id} refused ${mid} ${error.code}`);
        },
      );
    },
  };
  client.on("error", (error) => {
    user.errors.push(error);
    trace(() => `${id} error ${error.code} ${error.message}`);
  });

  function watch(view: View): void {
    const { room, events } = view;
    room.on("message", (message) => void events.push(message));
    room.on("reset", (reset) => {
      events.push(reset);
      trace(() => `${id} reset ${JSON.stringify(reset)}`);
    });
    room.on("pending", (list) => {
      view.pending = list.length;
    });
    room.on("left", ({ code }) => {
      view.left = code;
    });
    room.joined.then(
      () => {
        const [first] = events;
        view.start = first && "seq" in first ? first.seq - 1 : room.position?.seq;
      },
      () => {},
    );
  }
  return user;
}
