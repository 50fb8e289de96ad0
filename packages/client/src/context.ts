import type { ClientEnding, ClientEvents, ClientState } from "./client-types.ts";
import type { Connection } from "./connection.ts";
import type { Emitter } from "./emitter.ts";
import { HubbubClientError } from "./errors.ts";
import { type ErrorFrame, isBag } from "./frames.ts";
import type { Member } from "./message-types.ts";
import type { ResolvedOptions } from "./resolve-options.ts";
import type { RoomCore } from "./room-core.ts";

/** What the parts of a client share. */
export interface Context extends ResolvedOptions {
  readonly events: Emitter<ClientEvents>;
  /** By name; after a NUL, which no name of a room holds, inboxes of others, and the own before it has a name. */
  readonly rooms: Map<string, RoomCore>;
  user?: Member | undefined;
  /** How many publishes of all rooms wait for their ack. */
  pending: number;
  state: ClientState;
  /** The welcomed connection. */
  current?: Connection | undefined;
  /** The one that is being made, as the first, as a replacement, or to rotate to. */
  next?: Connection | undefined;
  /** Stands for the address and token being asked for. */
  asking?: object | undefined;
  /** How many connects have failed since the last welcome. */
  failures: number;
  maxBytes: number;
  /** Whether a new token was tried since the last welcome. */
  renewed: boolean;
  /** Cancels the timer of the backoff, the asking or the rotation: never two of them. */
  cancel(): void;
  /** Takes the next connection into use if it is ready. */
  settle(): void;
  /** Opens another connection after a while, to go over to it. */
  rotate(ms: number): void;
  end(ending: ClientEnding): void;
}

/** Every connection that rooms may be joined on: during a rotation, two. */
export const connectionsOf = ({ current, next }: Context): Connection[] =>
  [current, next].filter((one) => !!one);

export const toError = (frame: ErrorFrame): HubbubClientError =>
  new HubbubClientError(frame.code, frame.message, frame);

/** Reports an error that answers no call. */
export function report({ events }: Context, frame: ErrorFrame): void {
  events.emit("error", toError(frame));
}

const deeperThan = (levels: number, value: unknown): boolean =>
  isBag(value) && (!levels || Object.values(value).some((one) => deeperThan(levels - 1, one)));

/**
 * Copies data, so that a retry sends the same even if the application changes its object.
 *
 * @throws HubbubClientError with `invalid_argument` if it is not JSON, or nested too deep for a frame.
 */
export function copyJson(data: unknown): unknown {
  try {
    const copy: unknown = JSON.parse(JSON.stringify(data ?? null));
    if (!deeperThan(30, copy)) return copy;
  } catch {
    // Told below, like what is too deep.
  }
  throw new HubbubClientError("invalid_argument", "wrong data");
}
