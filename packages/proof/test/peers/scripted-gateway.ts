import type { HubGateway, Pusher, PushResult } from "@hubbub/core";
import type { VirtualClock } from "@hubbub/testing";
import type { GatewayEnd, Line } from "./scripted-socket.ts";

/** What the gateway does wrong; every part can be replaced at any time. */
interface Script {
  /** Whether the handshake of a line is let in. (Default: yes) */
  accepts: (line: Line) => boolean;
  /** How much later than the client the chat hears of a new connection, in milliseconds. (Default: before it) */
  connectLateMs: number | undefined;
  /** What a push is answered, and whether it arrives; undefined: as it is. */
  push: (line: Line, text: string) => { result: PushResult; arrives: boolean } | undefined;
  /** Whether an answer to what a client sent arrives. (Default: yes) */
  answers: (line: Line, text: string) => boolean;
  /** The age at which lines are cut, in milliseconds. (Default: never) */
  maxAgeMs: number;
  /** How long a line may be silent until it is cut, in milliseconds. (Default: for ever) */
  idleMs: number;
}

/** Handles one event in a process of its own; `answered` comes before the rest of its work. */
export type Invoke = <T extends object>(
  handle: (hub: HubGateway) => Promise<T>,
  answered?: (result: T) => void,
) => Promise<T>;

/** A gateway between clients and processes. */
export interface ScriptedGateway extends GatewayEnd {
  readonly script: Script;
  readonly pusher: Pusher;
  /** Everything pushed so far: to whom, and what. */
  readonly pushes: { readonly connectionId: string; readonly text: string }[];
}

/** Creates a gateway that does nothing wrong yet. */
export function createScriptedGateway(clock: VirtualClock, invoke: Invoke): ScriptedGateway {
  const lines = new Map<string, Line>();
  const pushes: { connectionId: string; text: string }[] = [];
  const script: Script = {
    accepts: () => true,
    connectLateMs: undefined,
    push: () => undefined,
    answers: () => true,
    maxAgeMs: Number.POSITIVE_INFINITY,
    idleMs: Number.POSITIVE_INFINITY,
  };

  function open(line: Line): void {
    const { maxAgeMs, idleMs } = script;
    line.open();
    const look = () => {
      const leftMs = line.activeAt + idleMs - clock.now();
      if (leftMs <= 0) line.cut({ code: 1001 });
      else if (line.up) clock.setTimer(leftMs, look);
    };
    if (Number.isFinite(maxAgeMs)) clock.setTimer(maxAgeMs, () => line.cut({ code: 1001 }));
    if (Number.isFinite(idleMs)) look();
  }

  return {
    script,
    pushes,
    arrived(line, subprotocols) {
      if (!script.accepts(line)) return line.refuse();
      const { connectionId } = line;
      lines.set(connectionId, line);
      const query = Object.fromEntries(new URL(line.url).searchParams);
      const register = () => invoke((hub) => hub.register({ connectionId, subprotocols, query }));
      const { connectLateMs } = script;
      if (connectLateMs !== undefined) {
        open(line);
        clock.setTimer(connectLateMs, () => void register());
        return;
      }
      void register().then(({ accepted }) => (accepted ? open(line) : line.refuse()));
    },
    received(line, data) {
      const { connectionId } = line;
      const handle = (hub: HubGateway) => hub.transport({ connectionId, data });
      void invoke(handle, ({ replies, close }) => {
        for (const text of replies) if (script.answers(line, text)) line.deliver(text);
        // Its answers are on their way before it is closed.
        if (close) clock.setTimer(10, () => line.cut({ code: close.code }));
      });
    },
    left({ connectionId }) {
      void invoke((hub) => hub.cleanup({ connectionId }));
    },
    pusher: {
      async send(connectionId, text) {
        pushes.push({ connectionId, text });
        const line = lines.get(connectionId);
        if (!line) return "gone";
        const usual = { result: line.up ? "sent" : "gone", arrives: line.up } as const;
        const { result, arrives } = script.push(line, text) ?? usual;
        if (arrives) line.deliver(text);
        return result;
      },
      async close(connectionId, code) {
        lines.get(connectionId)?.cut({ code });
      },
    },
  };
}
