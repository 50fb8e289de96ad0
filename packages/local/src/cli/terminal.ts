/** Where a command writes its lines, and how it learns that it should end. */
export interface Terminal {
  out: (line: string) => void;
  err: (line: string) => void;
  /** Aborts when the user wants it to end. */
  stop: AbortSignal;
}

/** Exit codes of the command. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** Resolves when the user wants the command to end. */
export async function untilStopped({ stop }: Terminal): Promise<void> {
  if (stop.aborted) return;
  await new Promise<void>((resolve) =>
    stop.addEventListener("abort", () => resolve(), { once: true }),
  );
}
