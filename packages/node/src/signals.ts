const SIGNALS = { SIGTERM: 15, SIGINT: 2 } as const;

/**
 * Closes something on SIGTERM or SIGINT; a second signal ends the process at once. After the close
 * the process ends by itself, if nothing else keeps it.
 *
 * @param close Called once, on the first signal.
 * @returns Undoes it.
 */
export function closeOnSignals(close: () => Promise<void>): () => void {
  let closing = false;
  const onSignal = (signal: keyof typeof SIGNALS) => {
    if (closing) process.exit(128 + SIGNALS[signal]);
    closing = true;
    void close();
  };
  const names = ["SIGTERM", "SIGINT"] as const;
  for (const name of names) process.on(name, onSignal);
  return () => {
    for (const name of names) process.off(name, onSignal);
  };
}
