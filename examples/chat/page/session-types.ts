import type { ClientState, Member } from "@hubbub/client";
import type { ConnectionNotice } from "./connection-notice.ts";
import type { Identity } from "./identity.ts";
import type { RoomState } from "./room-state.ts";

/** What the session needs of the page. */
export interface SessionOptions {
  url: string;
  identity: Identity;
  /** Something to show has changed. */
  changed(): void;
  /** Whether a message in this room is seen at once. */
  watching(room: string): boolean;
  /** A room was taken away, or could not be joined; the text says why. */
  refused(room: string, text: string): void;
}

/** The chat as the page uses it: one person, several rooms. */
export interface Session {
  readonly rooms: readonly RoomState[];
  readonly connection: ClientState;
  readonly notice: ConnectionNotice;
  readonly user: Member | undefined;
  room(name: string): RoomState | undefined;
  join(name: string): RoomState;
  leave(name: string): void;
  say(room: string, text: string): void;
  retry(room: string, mid: string): void;
  discard(room: string, mid: string): void;
  typing(room: string, on: boolean): void;
  older(room: string): Promise<void>;
  /** Forgets who was said to write and has fallen silent. */
  expireTyping(now: number): void;
  /** Connects as whoever the identity says now. */
  reconnect(): void;
}
