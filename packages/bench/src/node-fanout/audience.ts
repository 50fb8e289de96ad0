import { once } from "node:events";
import { WebSocket } from "ws";
import { type Child, startChild } from "../child.ts";
import type { Dialect } from "./dialects.ts";

/** Clients of one server, all in one room. */
export interface Audience {
  readonly name: string;
  /** Has `senders` clients publish once each in one tick; resolves when everybody else has it all. */
  round(senders: number): Promise<void>;
  /** The server's CPU time so far, in microseconds. */
  cpu(): Promise<number>;
  stop(): void;
}

const CONNECTING_AT_ONCE = 50;
const BODY = "x".repeat(150);

/** Starts a server in its own process and connects clients to it. */
export async function createAudience(dialect: Dialect, size: number): Promise<Audience> {
  const child: Child = await startChild(dialect.module);
  const port = await child.ask("port");
  const sockets: WebSocket[] = [];
  let missing = 0;
  let complete = () => {};

  function onMessage(text: string): void {
    missing -= dialect.deliveries(text);
    if (missing === 0) complete();
  }

  while (sockets.length < size) {
    const batch = Math.min(CONNECTING_AT_ONCE, size - sockets.length);
    const joining = Array.from({ length: batch }, () => join(dialect, port, onMessage));
    sockets.push(...(await Promise.all(joining)));
  }

  return {
    name: dialect.name,
    cpu: () => child.ask("cpu"),
    async round(senders) {
      const done = new Promise<void>((resolve) => {
        complete = resolve;
      });
      missing = senders * (size - 1);
      for (const socket of sockets.slice(0, senders)) socket.send(dialect.publish(BODY));
      await done;
    },
    stop() {
      for (const socket of sockets) socket.terminate();
      child.stop();
    },
  };
}

async function join(
  dialect: Dialect,
  port: number,
  onMessage: (text: string) => void,
): Promise<WebSocket> {
  const protocols = dialect.subprotocol === undefined ? [] : [dialect.subprotocol];
  const socket = new WebSocket(dialect.url(port), protocols, { perMessageDeflate: false });
  let waiting = true;
  const ready = new Promise<void>((resolve) => {
    socket.on("message", (data) => {
      const text = data.toString();
      if (waiting && dialect.isReady(text)) {
        waiting = false;
        resolve();
      }
      const answer = dialect.answer?.(text);
      if (answer !== undefined) socket.send(answer);
      onMessage(text);
    });
  });
  await once(socket, "open");
  if (!dialect.greeting) return socket;
  socket.send(dialect.greeting());
  await ready;
  return socket;
}
