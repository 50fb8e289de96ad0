import { createSocketClass, type FakeSocket, type Frame, type SocketClass } from "./fake-socket.ts";

/** A room's log on the fake server. */
interface FakeLog {
  epoch: string;
  oldest: number;
  entries: Frame[];
  /** Whether pushes get lost. */
  deaf: boolean;
  /** Of the presence; undefined where there is none. */
  version: string | undefined;
}

/** A small server that speaks the protocol; tests step in where it should misbehave. */
export interface FakeServer {
  readonly WebSocket: SocketClass;
  readonly sockets: FakeSocket[];
  readonly last: FakeSocket;
  /** Everything that clients sent, of one type. */
  sent(type: string): Frame[];
  log(room: string): FakeLog;
  /** Appends a message of somebody else and pushes it. */
  say(room: string, text: string, fields?: Record<string, unknown>): Frame;
  /** Opens connections by itself. (Default: true) */
  accepting: boolean;
  /** Handles a frame instead of the server; false leaves it to the server. */
  intercept: (frame: Frame, socket: FakeSocket) => boolean;
  welcome: Record<string, unknown>;
  readonly joined: Map<FakeSocket, Set<string>>;
}

const PAGE = 5;

export function createFakeServer(): FakeServer {
  const logs = new Map<string, FakeLog>();
  const server: FakeServer = {
    sockets: [],
    get last() {
      return server.sockets.at(-1) as FakeSocket;
    },
    sent: (type) =>
      server.sockets.flatMap(({ messages }) => messages.flat().filter((one) => one.type === type)),
    log(room) {
      const made = { epoch: "e1", oldest: 1, entries: [], deaf: false, version: "v1" };
      const log = logs.get(room) ?? made;
      logs.set(room, log);
      return log;
    },
    say: (room, text, fields = {}) => {
      const from = { id: "bob" };
      return append(server, room, {
        mid: `b-${text}`,
        from,
        event: "say",
        data: { text },
        ...fields,
      });
    },
    accepting: true,
    intercept: () => false,
    welcome: { user: { id: "ann" }, heartbeatMs: 25_000, maxBytes: 32_768, ts: 1 },
    joined: new Map(),
    WebSocket: createSocketClass(
      (socket) => {
        server.sockets.push(socket);
        server.joined.set(socket, new Set());
        if (server.accepting) queueMicrotask(() => socket.open());
      },
      (socket, frames) => {
        for (const frame of frames) {
          // Answers come later than `send` returns.
          if (!server.intercept(frame, socket)) queueMicrotask(() => handle(server, socket, frame));
        }
      },
    ),
  };
  return server;
}

const headOf = ({ oldest, entries }: FakeLog) => oldest - 1 + entries.length;

/** Where a room's log begins and ends, as frames say it. */
const stateOf = (log: FakeLog): { epoch: string; oldest: number; head: number } => ({
  epoch: log.epoch,
  oldest: log.oldest,
  head: headOf(log),
});

function append(
  server: FakeServer,
  room: string,
  fields: Record<string, unknown>,
  except?: FakeSocket,
): Frame {
  const log = server.log(room);
  const frame = { type: "message", room, epoch: log.epoch, seq: headOf(log) + 1, ts: 1, ...fields };
  log.entries.push(frame);
  for (const [socket, rooms] of server.joined) {
    if (rooms.has(room) && socket !== except && !log.deaf) socket.push(frame);
  }
  return frame;
}

function handle(server: FakeServer, socket: FakeSocket, frame: Frame): void {
  if (socket.closedWith) return;
  const { type, room, id } = frame as Frame & { room: string; id: string };
  const log = room ? server.log(room) : undefined;
  if (type === "hello") socket.push({ type: "welcome", ...server.welcome });
  else if (type === "ping")
    socket.push({ type: "pong", ts: 1, rooms: pongRooms(server, socket, frame) });
  else if (type === "join") socket.push(join(server, socket, frame));
  else if (type === "leave") {
    server.joined.get(socket)?.delete(room);
    socket.push({ type: "ack", id, room });
  } else if (type === "who" && log) {
    socket.push({
      type: "presence",
      id,
      room,
      online: 1,
      members: [{ id: "ann" }],
      version: log.version,
    });
  } else if (type === "history") socket.push(history(server, frame));
  else if (type === "publish") socket.push(publish(server, socket, frame));
}

function join(server: FakeServer, socket: FakeSocket, frame: Frame): Frame {
  const { id, room, epoch, seq, last = 0 } = frame as Frame & { room: string; seq: number };
  const log = server.log(room);
  server.joined.get(socket)?.add(room);
  const base = { type: "joined", id, room, ...stateOf(log), more: false };
  const newest = Number(last) ? log.entries.slice(-Number(last)) : [];
  if (epoch === undefined) return { ...base, messages: newest };
  const recovered = epoch === log.epoch && seq >= log.oldest - 1;
  const more = newest.length === 0 && log.entries.length > 0;
  if (!recovered) return { ...base, recovered, messages: newest, more };
  const rest = log.entries.filter((entry) => Number(entry.seq) > seq);
  return { ...base, recovered, messages: rest.slice(0, PAGE), more: rest.length > PAGE };
}

function history(server: FakeServer, frame: Frame): Frame {
  const { id, room, epoch, after, before, limit = 50 } = frame as Frame & Record<string, number>;
  const log = server.log(String(room));
  const base = { id, room, ...stateOf(log) };
  const gone = epoch !== undefined && `${epoch}` !== log.epoch;
  if (gone || (after !== undefined && after < log.oldest - 1)) return { type: "reset", ...base };
  const fits = log.entries.filter(({ seq }) =>
    after === undefined ? Number(seq) < (before ?? Number.POSITIVE_INFINITY) : Number(seq) > after,
  );
  const size = Math.min(PAGE, limit);
  const messages = after === undefined ? fits.slice(-size) : fits.slice(0, size);
  return { type: "history", ...base, messages, more: fits.length > messages.length };
}

function publish(server: FakeServer, socket: FakeSocket, frame: Frame): Frame {
  const { room, mid, event, data, epoch, after } = frame as Frame & { room: string; after: number };
  const log = server.log(room);
  if (event === "rename") return { type: "ack", mid, room, reply: { ok: true } };
  const state = { mid, room, ...stateOf(log) };
  if (epoch !== log.epoch || after < log.oldest - 1) return { type: "reset", ...state };
  const found = log.entries.find((one) => one.mid === mid && Number(one.seq) > after);
  const from = server.welcome.user;
  const entry = found ?? append(server, room, { mid, from, event, data }, socket);
  return { type: "ack", mid, room, epoch: log.epoch, seq: entry.seq, ts: entry.ts, dup: !!found };
}

function pongRooms(server: FakeServer, socket: FakeSocket, frame: Frame): unknown[] {
  return (frame.rooms as Record<string, unknown>[]).flatMap(({ room, epoch, seq, presence }) => {
    const log = server.log(String(room));
    const { oldest, head } = stateOf(log);
    if (!server.joined.get(socket)?.has(String(room))) return [{ room, joined: false }];
    const { version } = log;
    const known = !version || presence === undefined || presence === version;
    const same = epoch === log.epoch && seq === head && known;
    return same ? [] : [{ room, joined: true, epoch: log.epoch, oldest, head, online: 1, version }];
  });
}
