import { Pool } from "undici";
import { type Child, startChild } from "../child.ts";
import { eventHeaders } from "./event-request.ts";

const CONNECTIONS = 16;

/** An upstream of a hub in a process of its own, and the service before it. */
export interface Upstream {
  /** Sends one message of every connection, and waits for the answers. */
  round(): Promise<void>;
  /** Messages of a round. */
  readonly messages: number;
  cpu(): Promise<number>;
  stop(): Promise<void>;
}

interface Speaker {
  readonly connectionId: string;
  id: number;
  state: string | undefined;
  position: { epoch: string; after: number } | undefined;
}

/**
 * Starts an upstream with its connections.
 *
 * @param module The server, a module of `azure-fanout/`.
 * @param speaksHubbub Whether messages are publishes to a room, or texts that nobody reads.
 */
export async function startUpstream(module: string, speaksHubbub: boolean): Promise<Upstream> {
  const child: Child = await startChild(`azure-fanout/${module}.ts`);
  const port = await child.ask("port");
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: CONNECTIONS });

  async function send(speaker: Speaker, type: string, body: object): Promise<string> {
    const { connectionId, state } = speaker;
    const headers = eventHeaders({ type, connectionId, id: speaker.id++, state });
    const path = `/api/chat/${type.slice(type.indexOf(".") + 1)}`;
    const answer = await pool.request({
      path,
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    if (answer.statusCode >= 300) throw new Error(`${module} answered ${answer.statusCode}`);
    const next = answer.headers["ce-connectionstate"];
    if (typeof next === "string") speaker.state = next;
    return answer.body.text();
  }

  async function arrive(speaker: Speaker): Promise<void> {
    const claims = { claims: {}, query: {}, headers: {}, subprotocols: ["hubbub.v1"] };
    await send(speaker, "sys.connect", claims);
    if (!speaksHubbub) return;
    const room = speaker.connectionId;
    const hello = { type: "hello", session: `session-of-${speaker.connectionId}` };
    const answer = await send(speaker, "user.message", [hello, { type: "join", room }] as object);
    const [, joined] = JSON.parse(answer);
    speaker.position = { epoch: joined.epoch, after: joined.head };
  }

  async function say(speaker: Speaker): Promise<void> {
    const { connectionId: room, position, id } = speaker;
    const data = { text: "Is anybody here who knows how this works?" };
    const frame = { type: "publish", room, event: "say", data, mid: `m${id}`, ...position };
    const answer = await send(speaker, "user.message", frame);
    if (position) position.after = JSON.parse(answer).seq;
  }

  const speakers = Array.from(
    { length: CONNECTIONS },
    (_, n): Speaker => ({
      connectionId: `connection-${n}`,
      id: 0,
      state: undefined,
      position: undefined,
    }),
  );
  for (const speaker of speakers) await arrive(speaker);
  return {
    round: async () => void (await Promise.all(speakers.map(say))),
    messages: CONNECTIONS,
    cpu: () => child.ask("cpu"),
    async stop() {
      await pool.destroy();
      child.stop();
    },
  };
}
