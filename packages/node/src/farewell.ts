import type { ByeFrame, ErrorFrame } from "@hubbub/core";
import type { NodePusher } from "./node-pusher.ts";

/** Says why before it closes: a close code alone does not reach every client. */
export interface Farewell {
  /** The connection has no right left. */
  expel(closeCode: number, code: "token_expired" | "connection_closed"): Promise<void>;
  /** The connection is as old as it may be. */
  retire(): Promise<void>;
}

/** What a farewell needs of its session. */
export interface FarewellSession {
  readonly connectionId: string;
  /** True once frames can be understood: it speaks `hubbub.v1` and said `hello`. */
  understands(): boolean;
  close(code: number, reason: string): void;
}

const NORMAL = 1000;
const OLD_AGE = "the connection reached its age";

/** Creates the farewells of a session. */
export function createFarewell(
  { connectionId, understands, close }: FarewellSession,
  pusher: Pick<NodePusher, "send">,
): Farewell {
  async function say(frame: ByeFrame | ErrorFrame): Promise<void> {
    if (understands()) await pusher.send(connectionId, JSON.stringify(frame));
  }

  return {
    async expel(closeCode, code) {
      await say({ type: "error", code, message: code, retryable: false });
      close(closeCode, code);
    },
    async retire() {
      await say({ type: "bye", code: NORMAL, reason: OLD_AGE, reconnect: true });
      close(NORMAL, OLD_AGE);
    },
  };
}
