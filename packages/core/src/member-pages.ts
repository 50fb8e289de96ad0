import type { ConnectionStore, Member } from "./connection-store.ts";
import type { FanOutParts, FanOutTask } from "./fan-out.ts";

/** The members of a room, page by page, for many workers at once. */
export interface MemberPages {
  /** The next member; "more" if the next page has to be loaded first, undefined at the end. */
  next(): Member | "more" | undefined;
  /** Waits for the next page, whoever asks. Never rejects. */
  load(): Promise<void>;
  /** Ends here; the present page counts as not done. */
  stop(): void;
  /** The cursor of the first page that is not done; undefined if all are. */
  rest(): { cursor: string | undefined } | undefined;
}

/** Reads a room's members; the next page is read while the present one is worked on. */
export function createMemberPages(parts: FanOutParts, task: FanOutTask): MemberPages {
  const { store, drop, logger, pageSize = 1000 } = parts;
  const { above } = task;
  let members: readonly Member[] = [];
  let index = 0;
  let present = task.cursor;
  let following = task.cursor;
  let ended = false;
  let rest: { cursor: string | undefined } | undefined;
  let upcoming = read(task.cursor, above);
  let loading: Promise<void> | undefined;

  function read(cursor?: string, limit = pageSize): ReturnType<ConnectionStore["members"]> {
    const page = store.members(task.room, { cursor, limit });
    page.catch(() => {}); // Awaited in load, unless the deadline comes first.
    return page;
  }

  function stop(): void {
    rest ??= { cursor: present };
    ended = true;
    members = [];
    index = 0;
  }

  async function load(): Promise<void> {
    present = following;
    try {
      const page = await upcoming;
      members = page.members;
      index = 0;
      following = page.cursor;
      ended = page.cursor === undefined;
      if (!ended && above !== undefined && present === task.cursor) return stop();
      if (!ended) upcoming = read(page.cursor);
      for (const connectionId of page.expired ?? []) {
        await drop(connectionId, "expired").catch((error: unknown) =>
          logger?.warn("an expired connection could not be removed", { error }),
        );
      }
    } catch (error) {
      logger?.warn("a room's members could not be read; the log repairs it", { error });
      stop();
    } finally {
      loading = undefined;
    }
  }

  return {
    next() {
      const member = members[index];
      if (member) {
        index++;
        return member;
      }
      return ended ? undefined : "more";
    },
    load() {
      loading ??= load();
      return loading;
    },
    stop,
    rest: () => rest,
  };
}
