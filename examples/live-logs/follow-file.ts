import { type FileHandle, open, stat } from "node:fs/promises";

/** How to follow a file. */
export interface FollowOptions {
  /** Waits before the file is looked at again. Rejects to end. */
  wait: () => Promise<void>;
  /** Takes the bytes; the next are read when it has resolved. */
  write: (bytes: Uint8Array) => Promise<void>;
  /** The file was replaced or cut: its last line has ended. */
  ended: () => Promise<void>;
}

/**
 * Reads a file from its beginning, and what is added to it, as `tail -F` does: a file that is renamed is read
 * to its end before the new one, one that was cut from its new beginning, a missing one is waited for.
 *
 * @returns Never; rejects with what `wait` or `write` rejects with.
 */
export async function followFile(path: string, options: FollowOptions): Promise<never> {
  for (;;) {
    const file = await open(path).catch(() => undefined);
    if (!file) {
      await options.wait();
      continue;
    }
    try {
      await readWhileNamed(path, file, options);
    } finally {
      await file.close();
    }
    await options.ended();
  }
}

async function readWhileNamed(path: string, file: FileHandle, options: FollowOptions) {
  const buffer = Buffer.alloc(64 * 1024);
  const { ino, dev } = await file.stat();
  let position = 0;
  const drain = async () => {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
      if (!bytesRead) return;
      position += bytesRead;
      await options.write(buffer.subarray(0, bytesRead));
    }
  };
  for (;;) {
    await drain();
    const named = await stat(path).catch(() => undefined);
    if (named && (named.ino !== ino || named.dev !== dev)) return drain();
    if ((await file.stat()).size < position) {
      position = 0;
      await options.ended();
      continue;
    }
    await options.wait();
  }
}
