import type {
  AuthenticatedUser,
  AuthorizeContext,
  Credentials,
  EventDefinitions,
  EventHandler,
  LeaveReason,
  MembershipContext,
  PlainDefinition,
  PublishedContext,
} from "./chat-types.ts";
import { checkDefinition } from "./check-definition.ts";
import type { User } from "./connection-store.ts";
import { type LimitOptions, type Limits, resolveLimits } from "./limits.ts";
import {
  type PresenceOptions,
  type PresenceSettings,
  resolvePresence,
} from "./presence-settings.ts";
import { type Retention, type RetentionOptions, resolveRetention } from "./retention.ts";

/** A chat, written once: what {@link defineChat} takes. */
export interface ChatDefinition<E extends EventDefinitions, U extends User> {
  /** The kinds of message. */
  readonly events: E;
  /**
   * The pages that may connect, as exact origins (`https://chat.example`), and `null` for programs that
   * send no `Origin`. Every other origin is refused where the gateway tells the header. (Default: all)
   */
  readonly origins?: readonly (string | null)[];
  /**
   * Says who a client is; throw a `RejectedError`, or anything else, to refuse it. (Default: everybody
   * is a guest whose `userId` is derived from the `session` of its `hello`)
   */
  readonly authenticate?: (
    credentials: Credentials,
  ) => (U & AuthenticatedUser) | Promise<U & AuthenticatedUser>;
  /**
   * Says whether a user may do something: false, or a RejectedError, forbids it; any other error is
   * logged and answered `internal`, an UnavailableError so that the client tries again. (Default: everything)
   */
  readonly authorize?: (
    context: AuthorizeContext<NoInfer<E>, NoInfer<U>>,
  ) => boolean | Promise<boolean>;
  /** Handlers of events, by name. A request must have one. */
  readonly on?: { readonly [K in keyof E]?: EventHandler<NoInfer<E>, NoInfer<U>, K> };
  /**
   * Called after a client's message was stored, once, and not for retries: the place to answer it with
   * `hub.publish`, which then comes after it. Not called for what the server publishes, nor if the
   * process dies in between. What it throws is logged.
   */
  readonly published?: (context: PublishedContext<NoInfer<E>, NoInfer<U>>) => unknown;
  /** Called after a connection became a member. What it throws is logged. */
  readonly joined?: (
    context: MembershipContext<NoInfer<E>, NoInfer<U>> & { readonly resumed: boolean },
  ) => unknown;
  /** Called after a membership ended. What it throws is logged. */
  readonly left?: (
    context: MembershipContext<NoInfer<E>, NoInfer<U>> & { readonly why: LeaveReason },
  ) => unknown;
  /** Serves clients that know nothing of hubbub. (Default: they are refused) */
  readonly plain?: PlainDefinition<NoInfer<E>, NoInfer<U>>;
  /** How long clients wait between two heartbeats, in milliseconds. (Default: 25,000) */
  readonly heartbeatMs?: number;
  /** How long a connection counts as online without a sign of life, in milliseconds. (Default: three heartbeats) */
  readonly leaseMs?: number;
  /** What a client may send. */
  readonly limits?: LimitOptions;
  /** How much of a room's log is kept. */
  readonly retention?: RetentionOptions;
  /** Who is online; false switches it off. */
  readonly presence?: PresenceOptions | false;
}

/** A checked chat definition, with its defaults filled in. */
export interface Chat<E extends EventDefinitions = EventDefinitions, U extends User = User> {
  readonly definition: ChatDefinition<E, U>;
  readonly heartbeatMs: number;
  readonly leaseMs: number;
  readonly limits: Limits;
  readonly retention: Retention;
  /** Undefined if switched off. */
  readonly presence: PresenceSettings | undefined;
  /** Never there: it carries the types to the client. */
  readonly "~types"?: { readonly events: E; readonly user: U };
}

/**
 * Defines a chat: its events, who may do what, and what happens on a message. It names no cloud; the
 * same definition goes to every adapter, the test bed and, as a type, the client.
 *
 * @param definition The chat.
 * @returns The checked definition.
 * @throws InvalidArgumentError if an option is wrong; the message names it.
 */
export function defineChat<const E extends EventDefinitions, U extends User = User>(
  definition: ChatDefinition<E, U>,
): Chat<E, U> {
  checkDefinition(definition);
  const { heartbeatMs = 25_000 } = definition;
  return {
    definition,
    heartbeatMs,
    leaseMs: definition.leaseMs ?? 3 * heartbeatMs,
    limits: resolveLimits(definition.limits),
    retention: resolveRetention(definition.retention),
    presence: definition.presence === false ? undefined : resolvePresence(definition.presence),
  };
}
