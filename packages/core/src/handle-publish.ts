import { authorized, joinedConnection } from "./authorize.ts";
import type { EventDefinition } from "./chat-types.ts";
import type { PublishFrame, SignalFrame } from "./client-frames.ts";
import type { Connection } from "./connection-store.ts";
import { FrameError } from "./errors.ts";
import { eventOf, runHook, toJson, validate } from "./event-data.ts";
import { logged } from "./memberships.ts";
import type { MessageHandling } from "./message-handling.ts";
import {
  appendFromFarBehind,
  appendMessage,
  findStored,
  refusalError,
  type StoredMessage,
} from "./publish.ts";
import { fanOutMessage, pushToRoom } from "./push-to-room.ts";
import type { AppendPosition, Sender } from "./room-log.ts";

/** Stores and fans out a logged event, or answers a request. */
export async function handlePublish(handling: MessageHandling, frame: PublishFrame): Promise<void> {
  const { room, event, epoch, after } = frame;
  if ((epoch === undefined) !== (after === undefined)) {
    throw new FrameError("publish: `epoch` and `after` go together", { code: "bad_frame" });
  }
  const connection = joinedConnection(handling, room, { inboxes: true });
  const found = eventOf(handling.context, event, ["logged", "request"]);
  if (found.kind === "request") return answerRequest(handling, frame, found.definition);
  const position = epoch === undefined || after === undefined ? undefined : { epoch, after };
  await publishLogged(handling, connection, frame, found.definition, position);
}

type Message = Parameters<typeof appendMessage>[1];

async function publishLogged(
  handling: MessageHandling,
  connection: Connection,
  frame: PublishFrame,
  definition: EventDefinition,
  position: AppendPosition | undefined,
): Promise<void> {
  const { context } = handling;
  const { room, event, mid } = frame;
  const sent = frame.data ?? null;
  const from = senderOf(connection);
  const sentText = JSON.stringify(sent);
  const message: Message = { room, event, mid, from, sentText, data: sent, position };
  try {
    await authorized(handling, { action: "publish", room, event });
    const data = await checkData(handling, frame, definition);
    if (position) message.data = await transform(handling, frame, data);
  } catch (error) {
    // What the application refuses by now may be the retry of what it let pass: that is stored.
    const earlier = error instanceof FrameError && (await findStored(context, message));
    if (!earlier) throw error;
    handling.replies.push(ack(message, earlier));
    return;
  }
  if (position) return store(handling, message);
  // Without a position nothing proves that this is no retry; so it is told one, and comes again.
  const state = await context.log.head(room);
  handling.replies.push({ type: "reset", mid, room, ...state });
}

async function store(handling: MessageHandling, message: Message): Promise<void> {
  const { context, invocation, connectionId: except } = handling;
  const { room, mid } = message;
  const first = await appendMessage(context, message);
  // Whoever may not read a log can't do what `sync_required` asks for.
  const isForeign = !handling.connection?.rooms.includes(room);
  const result = isForeign ? await appendFromFarBehind(context, message, first) : first;
  if (result.status === "reset") {
    const { epoch, oldest, head } = result;
    handling.replies.push({ type: "reset", mid, room, epoch, oldest, head });
    return;
  }
  if (!("stored" in result)) throw refusalError(result);
  handling.replies.push(ack(message, result));
  if (result.status === "duplicate") return; // Whoever stored it fanned it out; the log repairs the rest.
  const { epoch, stored } = result;
  const others = { room, epoch, entry: stored, except };
  invocation.trackFanOut(fanOutMessage(context, invocation, others));
  const { published } = context.chat.definition;
  const { user } = handling.connection ?? {};
  if (!published || !user) return;
  const { seq, event, data } = stored;
  const { hub } = invocation;
  const call = async () => published({ event, data, room, user, mid, epoch, seq, hub });
  invocation.track(logged(context, "published", call));
}

function ack(
  { mid, room, sentText }: Message,
  result: StoredMessage,
): MessageHandling["replies"][0] {
  const { epoch, stored, status } = result;
  const { seq, ts, data } = stored;
  const dup = status === "duplicate";
  const changed = JSON.stringify(data) !== sentText;
  return { type: "ack", mid, room, epoch, seq, ts, dup, ...(changed ? { data } : {}) };
}

/** Pushes an ephemeral event to everybody else in the room. */
export async function handleSignal(handling: MessageHandling, frame: SignalFrame): Promise<void> {
  const { context, invocation, connectionId } = handling;
  const { room, event } = frame;
  const connection = joinedConnection(handling, room, { inboxes: true });
  const { definition } = eventOf(context, event, ["ephemeral"]);
  await authorized(handling, { action: "signal", room, event });
  const data = await transform(handling, frame, await checkData(handling, frame, definition));
  const from = senderOf(connection);
  const signal = { type: "signal", room, from, event, data } as const;
  const push = pushToRoom(context, invocation, { room, frame: signal, except: connectionId });
  invocation.trackFanOut(push.then(({ report }) => report));
}

function checkData(
  { context }: MessageHandling,
  { event, data }: PublishFrame | SignalFrame,
  definition: EventDefinition,
): Promise<unknown> {
  return validate(context, definition.data, data ?? null, `the data of ${event}`);
}

/** Lets the application's handler look at an event, change it, or refuse it. */
async function transform(
  handling: MessageHandling,
  frame: PublishFrame | SignalFrame,
  data: unknown,
): Promise<unknown> {
  const what = `the data of ${frame.event}`;
  const changed = await callHandler(handling, frame, data);
  try {
    return toJson(changed === undefined ? data : changed, what);
  } catch (error) {
    handling.context.logger?.error(`${what} can't be stored`, { error });
    throw error;
  }
}

async function answerRequest(
  handling: MessageHandling,
  frame: PublishFrame,
  definition: EventDefinition,
): Promise<void> {
  const { room, event, mid } = frame;
  const what = `the reply of ${event}`;
  await authorized(handling, { action: "publish", room, event });
  const data = await checkData(handling, frame, definition);
  const answer = await callHandler(handling, frame, data);
  try {
    const { reply: schema } = definition;
    const checked = schema ? await validate(handling.context, schema, answer, what) : answer;
    const reply = toJson(checked, what);
    handling.replies.push({ type: "ack", mid, room, reply });
  } catch (cause) {
    // The client sent nothing wrong: the application's own handler broke its own schema.
    handling.context.logger?.error(`${what} is wrong`, { error: cause });
    throw new FrameError(`${what} is wrong`, { code: "internal", cause });
  }
}

async function callHandler(
  { context, connection, invocation }: MessageHandling,
  frame: PublishFrame | SignalFrame,
  data: unknown,
): Promise<unknown> {
  const { event, room } = frame;
  const mid = frame.type === "publish" ? frame.mid : undefined;
  const { on = {} } = context.chat.definition;
  const handler = Object.hasOwn(on, event) ? on[event] : undefined;
  if (!handler || !connection) return undefined;
  const { user } = connection;
  const { hub } = invocation;
  return runHook(context, `on.${event}`, () => handler({ event, data, room, user, mid, hub }));
}

function senderOf({ user }: Connection): Sender {
  return user.name === undefined ? { id: user.userId } : { id: user.userId, name: user.name };
}
