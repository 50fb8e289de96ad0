import { connectionsOf, copyJson } from "./context.ts";
import type { AckFrame, HistoryFrame } from "./frames.ts";
import { readMessages } from "./message-queue.ts";
import { randomId } from "./ports.ts";
import { ask, type RoomCore, readyConnection, toMessage } from "./room-core.ts";
import { askWho } from "./room-frames.ts";
import { depart } from "./room-sync.ts";
import type { HistoryOptions, HistoryPage, Room } from "./room-types.ts";

/**
 * Creates what the application holds of a room.
 *
 * @param r The room.
 * @returns The handle.
 */
export function createRoomHandle(r: RoomCore): Room {
  const room: Omit<Room, "request"> & { request(event: string, data: unknown): Promise<unknown> } =
    {
      joined: r.joined,
      get name() {
        return r.name;
      },
      get position() {
        return r.position;
      },
      get state() {
        return r.left ? "left" : readyConnection(r) ? "joined" : "joining";
      },
      get presence() {
        return r.presence;
      },
      on: r.events.on,
      publish: r.publish,
      async request(event, data) {
        const mid = randomId(r.context.random);
        const frame = { type: "publish", event, data: copyJson(data), mid } as const;
        return ((await ask(r, frame, true)) as AckFrame).reply ?? null;
      },
      signal(event, data) {
        const frame = { type: "signal", room: r.name, event, data: copyJson(data) } as const;
        const connection = readyConnection(r);
        connection?.send(frame);
        return !!connection;
      },
      history: (options) => readHistory(r, options),
      who: () => askWho(r),
      leave: () => leave(r),
      [Symbol.asyncIterator]: () => readMessages(r.events, r.left),
    };
  return room as Room;
}

async function readHistory(r: RoomCore, options?: HistoryOptions): Promise<HistoryPage> {
  const frame = { ...options, type: "history", epoch: r.position?.epoch } as const;
  const { epoch, oldest, head, messages, more = false } = (await ask(r, frame)) as HistoryFrame;
  return { messages: messages.map((one) => toMessage(r, epoch, one)), oldest, head, more };
}

async function leave(r: RoomCore): Promise<void> {
  const { name: room, context } = r;
  const connections = connectionsOf(context).filter(({ joined }) => joined.has(room));
  depart(r, "left");
  for (const connection of connections) {
    await new Promise<unknown>((resolve) => connection.ask({ type: "leave", room }, resolve));
  }
}
