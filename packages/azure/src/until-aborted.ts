/**
 * Gives up on a call when a signal says so, even one that takes no notice of it: the SDK does, but what it
 * waits for, such as a credential, may not.
 *
 * @returns What the call answers; rejects with the signal's reason.
 */
export async function untilAborted<T>(
  signal: AbortSignal,
  call: (options: { abortSignal: AbortSignal }) => Promise<T>,
): Promise<T> {
  let giveUp: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    giveUp = () => reject(signal.reason);
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp);
  });
  try {
    return await Promise.race([aborted, call({ abortSignal: signal })]);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}
