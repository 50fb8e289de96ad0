import {
  type ClientFrame,
  FrameError,
  type HubGateway,
  type ServerFrame,
  SUBPROTOCOL,
} from "@hubbub/core";
import type { MemoryPusher } from "@hubbub/core/memory";
import type { BedUser } from "./bed-user.ts";
import type { ConnectOptions } from "./test-bed.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** What a user's connection needs of its test bed. */
export interface BedConnection {
  hub: Pick<HubGateway, "register" | "transport" | "cleanup">;
  clock: VirtualClock;
  pusher: MemoryPusher;
  settle: () => Promise<void>;
  connectionId: string;
  heartbeatMs: number;
  plain: boolean;
}

interface Position {
  epoch: string;
  after: number;
}

/** The wire between a user of the test bed and the hub. */
export interface BedWire {
  /** Where the user is in each joined room. */
  readonly positions: Map<string, Position>;
  frames(): ServerFrame[];
  closed(): { code: number; reason: string } | undefined;
  /** Sends a frame and answers its answer; rejects if that is an `error`. */
  ask(frame: ClientFrame): Promise<ServerFrame>;
  arrive(subprotocols: string[], options: ConnectOptions): Promise<void>;
  readonly public: Pick<
    BedUser<never>,
    "connectionId" | "inbox" | "send" | "disconnect" | "vanish"
  >;
}

const NOTHING: ServerFrame = { type: "ack", room: "" }; // What a signal is answered with.

/** Creates the wire of one connection. */
export function createBedConnection(bed: BedConnection): BedWire {
  const { hub, clock, pusher, settle, connectionId, heartbeatMs, plain } = bed;
  const inbox: (ServerFrame | string)[] = [];
  const positions = new Map<string, Position>();
  let closed: { code: number; reason: string } | undefined;
  let stopHeartbeat = () => {};

  let detach = () => {};

  function end(code: number, reason: string): void {
    closed ??= { code, reason };
    stopHeartbeat();
    detach();
  }

  function take(text: string): (ServerFrame | string)[] {
    const parsed: (ServerFrame | string)[] = plain ? [text] : [JSON.parse(text)].flat();
    inbox.push(...parsed);
    for (const frame of parsed) if (typeof frame === "object") follow(positions, frame);
    return parsed;
  }

  async function send(data: string | Uint8Array): Promise<(ServerFrame | string)[]> {
    if (closed) throw new FrameError("the connection is closed", { code: "connection_closed" });
    const { replies, close } = await hub.transport({ connectionId, data });
    const answers = replies.flatMap(take);
    if (close) end(close.code, close.reason);
    await settle();
    return answers;
  }

  async function ask(frame: ClientFrame): Promise<ServerFrame> {
    const answers = await send(JSON.stringify(frame));
    for (const answer of answers) {
      if (typeof answer === "string") continue;
      if (answer.type === "error") throw new FrameError(answer.message, toDetails(answer));
      return answer;
    }
    return NOTHING;
  }

  function beat(): void {
    stopHeartbeat = clock.setTimer(heartbeatMs, () => {
      const rooms = [...positions].map(([room, { epoch, after: seq }]) => ({ room, epoch, seq }));
      // Heartbeats are not answers to the test: they stay out of its way.
      const ping = JSON.stringify({ type: "ping", rooms });
      hub.transport({ connectionId, data: ping }).catch(() => {});
      beat();
    });
  }

  return {
    positions,
    ask,
    frames: () => inbox.filter((frame) => typeof frame === "object"),
    closed: () => closed,
    async arrive(subprotocols, { token, session, origin }) {
      const query = plain && token !== undefined ? { token } : {};
      const result = await hub.register({ connectionId, subprotocols, origin, query });
      if (!result.accepted) throw new FrameError(result.message, { code: result.code });
      detach = pusher.attach(connectionId, { receive: (text) => void take(text), close: end });
      await settle();
      if (!subprotocols.includes(SUBPROTOCOL)) return;
      await ask({ type: "hello", token, session });
      beat();
    },
    public: {
      connectionId,
      inbox,
      send,
      async disconnect() {
        end(1000, "");
        await hub.cleanup({ connectionId });
        await settle();
      },
      vanish({ pushes = "gone" } = {}) {
        stopHeartbeat();
        detach();
        if (pushes === "sent") pusher.attach(connectionId, { receive: () => "sent", close: end });
      },
    },
  };
}

/** Moves a position with what is received, so that the next publish carries it. */
function follow(positions: Map<string, Position>, frame: ServerFrame): void {
  if (frame.type === "joined") {
    positions.set(frame.room, { epoch: frame.epoch, after: frame.head });
  } else if (frame.type === "message" || (frame.type === "ack" && "seq" in frame)) {
    const known = positions.get(frame.room);
    // Only in joined rooms: elsewhere nothing tells what was appended in between.
    if (known) known.after = Math.max(known.after, frame.seq);
  }
}

function toDetails({ code, reason, retryAfterMs }: Extract<ServerFrame, { type: "error" }>) {
  return {
    code,
    ...(reason === undefined ? {} : { reason }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}
