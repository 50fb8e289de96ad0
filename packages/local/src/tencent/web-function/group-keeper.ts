/** Ends process groups that would outlive this process. */
export interface GroupKeeper {
  /**
   * Remembers a group.
   *
   * @param leader The process that it is named by.
   * @returns Forgets it.
   */
  keep(leader: number): () => void;
}

type Host = Pick<NodeJS.Process, "on" | "off" | "kill" | "listenerCount" | "pid">;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Creates a keeper of no groups. A terminal sends Ctrl-C to its own group only, so this process must hand it on.
 *
 * @param host The process, or what stands in for it in a test.
 */
export function createGroupKeeper(host: Host = process): GroupKeeper {
  const leaders = new Set<number>();

  function endAll(): void {
    for (const leader of leaders) signalGroup(leader, "SIGKILL", host);
  }

  function onSignal(signal: NodeJS.Signals): void {
    if (host.listenerCount(signal) > 1) return; // Whoever else listens may close the function in order.
    endAll();
    listen("off");
    host.kill(host.pid, signal);
  }

  function listen(how: "on" | "off"): void {
    host[how]("exit", endAll);
    for (const signal of SIGNALS) host[how](signal, onSignal);
  }

  return {
    keep(leader) {
      if (leaders.size === 0) listen("on");
      leaders.add(leader);
      return () => {
        if (leaders.delete(leader) && leaders.size === 0) listen("off");
      };
    },
  };
}

/** Sends a signal to all of a group that is left. */
export function signalGroup(
  leader: number,
  signal: NodeJS.Signals,
  host: Pick<NodeJS.Process, "kill"> = process,
): void {
  try {
    host.kill(-leader, signal);
  } catch {
    // Nobody is left.
  }
}
