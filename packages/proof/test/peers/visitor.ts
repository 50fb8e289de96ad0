import {
  type Client,
  type ClientState,
  createClient,
  type HubbubClientError,
  type JoinOptions,
  type PublishAck,
  type Recovered,
  type Reset,
  type Room,
  type UntypedChat,
} from "@hubbub/client";
import { createSeededRandom, type VirtualClock } from "@hubbub/testing";
import { createScriptedSocket, type Frame, type GatewayEnd, type Line } from "./scripted-socket.ts";

/** An application around one client, in the room "lobby". */
export interface Visitor {
  readonly client: Client<UntypedChat>;
  readonly room: Room;
  /** The sockets so far, and the newest. */
  readonly lines: readonly Line[];
  readonly line: Line;
  /** What the room delivered, in order. */
  readonly texts: string[];
  readonly resets: Reset[];
  readonly recovered: Recovered[];
  readonly acks: PublishAck[];
  readonly states: ClientState[];
  readonly errors: HubbubClientError[];
  /** Publishes, and does not wait. */
  say(text: string): void;
  /** The frames of one type that it sent on the newest line. */
  sent(type: string): Frame[];
  /** The frames of one type that the newest line brought. */
  got(type: string): Frame[];
}

/** How a visitor arrives. */
export interface VisitorOptions extends JoinOptions {
  user: string;
  /** (Default: one without a query) */
  url?: string;
}

/** Starts a client, which joins and keeps what it hears. */
export function createVisitor(
  clock: VirtualClock,
  gateway: GatewayEnd,
  { user, url = "wss://chat.example", ...join }: VisitorOptions,
): Visitor {
  const lines: Line[] = [];
  const client = createClient({
    url,
    token: user,
    WebSocket: createScriptedSocket(clock, gateway, lines, user),
    now: clock.now,
    setTimer: (ms, run) => clock.setTimer(Math.ceil(ms), run),
    random: createSeededRandom(user.charCodeAt(0)),
  });
  const room = client.join("lobby", join);
  const line = () => {
    const newest = lines.at(-1);
    if (!newest) throw new Error(`${user} has not connected yet`);
    return newest;
  };
  const visitor: Visitor = {
    client,
    room,
    lines,
    get line() {
      return line();
    },
    texts: [],
    resets: [],
    recovered: [],
    acks: [],
    states: [],
    errors: [],
    say(text) {
      const keep = (error: HubbubClientError) => void visitor.errors.push(error);
      room.publish("say", { text }).then((ack) => void visitor.acks.push(ack), keep);
    },
    sent: (type) => line().sent.filter((frame) => frame.type === type),
    got: (type) => line().got.filter((frame) => frame.type === type),
  };
  room.on("message", ({ data }) => void visitor.texts.push((data as { text: string }).text));
  room.on("reset", (reset) => void visitor.resets.push(reset));
  room.on("recovered", (outcome) => void visitor.recovered.push(outcome));
  client.on("state", (state) => void visitor.states.push(state));
  client.on("error", (error) => void visitor.errors.push(error));
  return visitor;
}
