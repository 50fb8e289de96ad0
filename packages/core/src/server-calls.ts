import type { EventDefinitions } from "./chat-types.ts";
import { FrameError, InvalidArgumentError } from "./errors.ts";
import { eventOf, toJson, validate } from "./event-data.ts";
import { emptyReport } from "./fan-out.ts";
import type { HubContext, Invocation } from "./hub-context.ts";
import type { History, HistoryRange, Hub, Published, PublishOptions } from "./hub-types.ts";
import { kick } from "./kick.ts";
import { appendMessage, refusalError } from "./publish.ts";
import { fanOutMessage, pushToRoom } from "./push-to-room.ts";
import { readHistory } from "./read-log.ts";
import type { AppendPosition, AppendResult, Sender } from "./room-log.ts";
import { roomNameProblem } from "./room-name.ts";
import type { ServerFrame } from "./server-frames.ts";

const RECENT = 256; // How far back a server's own `mid` is looked for.
const MAX_TRIES = 5;

/** The calls that the server's own code makes, as part of an invocation. */
export function createServerCalls(context: HubContext, invocation: Invocation): Hub {
  /** Belongs to the invocation even if the hook that called does not wait for it. */
  const tracked = <T>(work: Promise<T>): Promise<T> => {
    invocation.track(work.catch(() => {})); // The caller gets the error.
    return work;
  };
  return {
    publish: (room, event, data, options) =>
      tracked(publish(context, invocation, { room, event, data, ...options })),
    signal: (room, event, data, { from } = {}) =>
      tracked(
        (async () => {
          checkRoom(room);
          const checked = await check(context, event, "ephemeral", data);
          const frame: ServerFrame = { type: "signal", room, from, event, data: checked };
          return (await pushToRoom(context, invocation, { room, frame })).report;
        })(),
      ),
    online: (room) =>
      tracked(context.presence.read(room, invocation.track).then(({ online }) => online)),
    members: (room) => tracked(members(context, room)),
    history: (room, range) => tracked(history(context, room, range)),
    kick: (userId, options) => tracked(kick(context, invocation, userId, options)),
  } satisfies Hub<EventDefinitions>;
}

function checkRoom(room: unknown): void {
  if (typeof room !== "string") throw new InvalidArgumentError("room must be a string");
  const problem = roomNameProblem(room);
  if (problem) throw new FrameError(problem, { code: "bad_room" });
}

async function check(
  context: HubContext,
  event: string,
  kind: "logged" | "ephemeral",
  data: unknown,
): Promise<unknown> {
  const { definition } = eventOf(context, event, [kind]);
  const checked = await validate(context, definition.data, data, `the data of ${event}`);
  return toJson(checked, `the data of ${event}`);
}

async function publish(
  context: HubContext,
  invocation: Invocation,
  call: { room: string; event: string; data: unknown } & PublishOptions,
): Promise<Published> {
  const { room, event, from } = call;
  checkRoom(room);
  const data = await check(context, event, "logged", call.data);
  const sentText = JSON.stringify(toJson(call.data, `the data of ${event}`));
  const mid = call.mid ?? context.id();
  const append = async () => {
    const position = call.mid === undefined ? undefined : await recentPosition(context, room);
    return appendMessage(context, { room, event, data, sentText, mid, from, position });
  };
  let result = await append();
  // Refused for its position: the log moved on after it was read.
  for (let tries = 1; tries < MAX_TRIES && isRefused(result); tries++) result = await append();
  if (!("stored" in result)) throw refusalError(result);
  const { epoch, stored } = result;
  const { seq } = stored;
  // Whoever stored it fanned it out; the log repairs the rest.
  if (result.status === "duplicate") return { epoch, seq, dup: true, report: emptyReport() };
  const report = await fanOutMessage(context, invocation, { room, epoch, entry: stored });
  return { epoch, seq, dup: false, report };
}

async function recentPosition({ log }: HubContext, room: string): Promise<AppendPosition> {
  const { epoch, oldest, head } = await log.head(room);
  return { epoch, after: Math.max(oldest - 1, head - RECENT) };
}

function isRefused({ status }: AppendResult): boolean {
  return status === "behind" || status === "undecided" || status === "reset";
}

async function history(
  context: HubContext,
  room: string,
  range: HistoryRange = {},
): Promise<History> {
  checkRoom(room);
  const page = await readHistory(context, { type: "history", room, ...range });
  if (page.type === "history") {
    const { type: _, ...found } = page;
    return found;
  }
  const message = `the log begins at ${page.oldest} and ends at ${page.head}`;
  throw new FrameError(message, { code: "undecided" });
}

async function members({ store }: HubContext, room: string): Promise<Sender[]> {
  const users = new Map<string, Sender>();
  let cursor: string | undefined;
  do {
    const page = await store.members(room, { cursor, limit: 1000 });
    for (const { userId, name } of page.members) {
      users.set(userId, name === undefined ? { id: userId } : { id: userId, name });
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
  return [...users.values()];
}
