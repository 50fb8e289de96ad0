import type { User } from "./connection-store.ts";
import type { ErrorCode } from "./errors.ts";
import type { Hub } from "./hub-types.ts";
import type { Sender } from "./room-log.ts";
import type { InputOf, OutputOf, Schema } from "./standard-schema.ts";

/** One kind of message. Logged unless it says otherwise. */
export interface EventDefinition {
  /** What its data look like: any Standard Schema. */
  readonly data: Schema;
  /** Pushed once, never stored. (Default: false) */
  readonly ephemeral?: boolean;
  /** Makes it a request: its handler's result goes to its sender only. Any Standard Schema. */
  readonly reply?: Schema;
}

/** The events of a chat, by name. */
export type EventDefinitions = Readonly<Record<string, EventDefinition>>;

/** The names of the events that are stored. */
export type LoggedEvent<E extends EventDefinitions> = {
  [K in keyof E & string]: E[K] extends { reply: unknown } | { ephemeral: true } ? never : K;
}[keyof E & string];

/** The names of the events that are pushed and forgotten. */
export type EphemeralEvent<E extends EventDefinitions> = {
  [K in keyof E & string]: E[K] extends { ephemeral: true } ? K : never;
}[keyof E & string];

/** The names of the requests. */
export type RequestEvent<E extends EventDefinitions> = {
  [K in keyof E & string]: E[K] extends { reply: unknown } ? K : never;
}[keyof E & string];

/** What a sender passes for an event. */
export type DataInput<E extends EventDefinitions, K extends keyof E> = InputOf<E[K]["data"]>;

/** What a handler and a receiver get for an event. */
export type DataOutput<E extends EventDefinitions, K extends keyof E> = OutputOf<E[K]["data"]>;

/** What a request's handler returns. */
export type ReplyInput<E extends EventDefinitions, K extends keyof E> = InputOf<E[K]["reply"]>;

/** What a request's sender gets. */
export type ReplyOutput<E extends EventDefinitions, K extends keyof E> = OutputOf<E[K]["reply"]>;

/** What `authenticate` is given. */
export interface Credentials {
  /** The token of the query, the subprotocol or `hello`; absent if the client sent none. */
  readonly token?: string | undefined;
  /** The query of the WebSocket's URL, where the gateway tells it. */
  readonly query: Readonly<Record<string, string>>;
  /** The `Origin` header; null if there is none, undefined if the gateway does not tell. */
  readonly origin?: string | null | undefined;
  /** What the gateway itself has verified, such as an authorizer's context. */
  readonly claims?: unknown;
}

/** What `authenticate` returns: the user, with whatever else your hooks need. Must be JSON. */
export interface AuthenticatedUser extends User {
  /** When the authentication ends, in milliseconds since the Unix epoch. (Default: never) */
  readonly expiresAt?: number | undefined;
}

/**
 * What a client wants to do. `resume` is asked besides `join` if the client names a position, and gives
 * it what was said since: the client chooses that position, so whoever may not read `history` should
 * not be let `resume` either. Refused, it joins at the head, and is told that messages are lost to it.
 */
export type Action = "join" | "resume" | "publish" | "signal" | "history";

/** What `authorize` is asked. */
export interface AuthorizeContext<E extends EventDefinitions, U extends User> {
  readonly action: Action;
  readonly room: string;
  readonly user: U;
  /** The event, of `publish` and `signal`. */
  readonly event?: (keyof E & string) | undefined;
  /** The position that the client names, of `resume`. */
  readonly position?: { readonly epoch: string; readonly after: number } | undefined;
}

/** What an event's handler is given. */
export interface EventContext<E extends EventDefinitions, U extends User, K extends keyof E> {
  readonly event: K;
  /** As the schema parsed it. */
  readonly data: DataOutput<E, K>;
  readonly room: string;
  readonly user: U;
  /** The client's id of this message: the same when it sends it again. Absent for an ephemeral event. */
  readonly mid?: string | undefined;
  readonly hub: Hub<E>;
}

/** What a function returns that returns nothing. */
type Nothing = ReturnType<() => void>;

/** An event's handler: a request's returns its reply; others may return other data, or nothing. */
export type EventHandler<E extends EventDefinitions, U extends User, K extends keyof E> = (
  context: EventContext<E, U, K>,
) => E[K] extends { reply: unknown }
  ? ReplyInput<E, K> | Promise<ReplyInput<E, K>>
  : DataOutput<E, K> | Nothing | Promise<DataOutput<E, K> | Nothing>;

/** A stored message, as `published` is given it. */
export type PublishedContext<E extends EventDefinitions, U extends User> = {
  [K in LoggedEvent<E>]: EventContext<E, U, K> & { readonly epoch: string; readonly seq: number };
}[LoggedEvent<E>];

/** Why a member left. */
export type LeaveReason = "left" | "disconnected" | "gone" | "expired" | "kicked";

/** What a membership hook is given. Memberships are per connection: a user may have several. */
export interface MembershipContext<E extends EventDefinitions, U extends User> {
  readonly user: U;
  readonly room: string;
  readonly hub: Hub<E>;
}

/** A message as `plain.render` is given it. */
export interface PlainMessage {
  readonly room: string;
  readonly event: string;
  readonly data: unknown;
  readonly from?: Sender | undefined;
  readonly ts: number;
}

/**
 * How clients that don't speak `hubbub.v1` take part. They get what others say: nothing that they said
 * themselves comes back to them, neither the message nor an ack.
 */
export interface PlainDefinition<E extends EventDefinitions, U extends User> {
  /** The room that such a connection lives in. */
  readonly room: string | ((context: { user: U }) => string);
  /** Turns its text into a logged event; undefined drops it. */
  readonly receive: (
    text: string,
    context: { user: U; room: string },
  ) => { [K in LoggedEvent<E>]: { event: K; data: DataInput<E, K> } }[LoggedEvent<E>] | undefined;
  /** Turns a message into text for it; undefined sends nothing. */
  readonly render: (message: PlainMessage, context: { online: number }) => string | undefined;
  /** Turns an error into text for the sender; undefined sends nothing. (Default: `error: ` and its message) */
  readonly renderError?: (error: { code: ErrorCode; message: string }) => string | undefined;
}
