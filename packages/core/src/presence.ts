import type { ConnectionStore } from "./connection-store.ts";
import type { HubOptions } from "./hub-context.ts";
import type { PresenceSettings } from "./presence-settings.ts";
import { type PresenceState, readPresence } from "./read-presence.ts";

/** Takes work that is to settle before the invocation ends. */
type Track = (work: Promise<unknown>) => void;

/** Where members are read. */
export type Members = Pick<ConnectionStore, "members" | "count">;

/** Who is online, read as seldom and pushed as rarely as the settings say. */
export interface Presence {
  /** Reads it now; `from` is the store, unless somebody shares what was read. */
  read(room: string, track: Track, from?: Members): Promise<PresenceState>;
  /** What this process read or pushed within the last window, or reads now. */
  recent(room: string, track: Track): Promise<PresenceState>;
  /**
   * Somebody came or went: pushes the state, at most once a window. Resolves when that has happened, or
   * at once where the window ends after the deadline: then the next heartbeats tell.
   */
  changed(room: string, deadlineAt?: number): Promise<void>;
}

interface RoomPresence {
  /** When the state was last pushed. */
  pushedAt: number;
  readAt: number;
  state?: Promise<PresenceState>;
  /** The push that is on its way and has not read the state yet. */
  pending?: Promise<void> | undefined;
}

const MAX_ROOMS = 10_000;

/** Creates the presence of a hub. */
export function createPresence(
  { store, clock, logger }: Pick<HubOptions, "store" | "clock" | "logger">,
  settings: PresenceSettings,
  io: {
    /** Removes a connection whose lease has ended, with all that follows from it. */
    expire: (connectionId: string) => Promise<void>;
    push: (room: string, state: PresenceState, deadlineAt: number | undefined) => Promise<void>;
  },
): Presence {
  const { windowMs, pushesPerSecond } = settings;
  const rooms = new Map<string, RoomPresence>();

  function roomOf(room: string): RoomPresence {
    let known = rooms.get(room);
    if (!known) {
      known = { pushedAt: -Infinity, readAt: -Infinity };
      rooms.set(room, known);
      if (rooms.size > MAX_ROOMS) rooms.delete(rooms.keys().next().value as string);
    }
    return known;
  }

  /** Reads, and remembers what was read. */
  function readNow(
    known: RoomPresence,
    room: string,
    track: Track,
    from: Members = store,
  ): Promise<PresenceState> {
    const state = readPresence(from, room, settings.maxListed, (id) => track(io.expire(id)));
    known.state = state;
    known.readAt = clock.now();
    return state;
  }

  /** The window grows with the room, so that it spends at most `pushesPerSecond`. */
  const windowFor = (online: number) => Math.max(windowMs, (online / pushesPerSecond) * 1000);

  async function push(known: RoomPresence, room: string, deadlineAt?: number): Promise<void> {
    try {
      const online = (await known.state?.catch(() => undefined))?.online ?? 0;
      const wait = known.pushedAt + windowFor(online) - clock.now();
      const inTime = deadlineAt === undefined || clock.now() + wait < deadlineAt;
      if (inTime && wait > 0) await clock.sleep(wait);
      known.pending = undefined; // Whoever comes from here on is not in what is read below.
      if (!inTime) return;
      known.pushedAt = clock.now();
      const expiring: Promise<unknown>[] = [];
      // Each with a handler of its own from the beginning: nobody waits for them yet.
      const warn = (error: unknown) =>
        logger?.warn("a dead connection could not be removed; the next read finds it", { error });
      const state = await readNow(known, room, (work) => expiring.push(work.catch(warn)));
      await io.push(room, state, deadlineAt);
      await Promise.all(expiring);
    } catch (error) {
      known.pending = undefined;
      logger?.warn("presence could not be pushed; the next heartbeat repairs it", { room, error });
    }
  }

  return {
    read: (room, track, from) => readNow(roomOf(room), room, track, from),
    async recent(room, track) {
      const known = roomOf(room);
      const state = await known.state?.catch(() => undefined);
      const fresh = state && clock.now() - known.readAt < windowFor(state.online);
      return fresh ? state : readNow(known, room, track);
    },
    changed(room, deadlineAt) {
      const known = roomOf(room);
      known.readAt = -Infinity; // What was read before is no longer true.
      known.pending ??= push(known, room, deadlineAt);
      return known.pending;
    },
  };
}
