import type { AckFrame, ClientFrame, ServerFrame } from "./frames.ts";
import type { ResolvedOptions } from "./resolve-options.ts";

/** Called with the answer, or with undefined: it took too long, or the connection ended. */
export type Done = (answer: ServerFrame | undefined) => void;

/** The frames of one connection that wait for their answer. */
export interface Asks {
  add(frame: ClientFrame, done: Done): void;
  /** Answers whether somebody waited for this frame. */
  answer(frame: ServerFrame): boolean;
  end(): void;
  readonly size: number;
}

/**
 * Creates the table. It finds a waiting frame by the `id` of the answer, or by `mid` and room.
 *
 * @param options The timer, and how long an answer may take.
 * @param answered Called after each answer.
 * @returns The table.
 */
export function createAsks(options: ResolvedOptions, answered: () => void): Asks {
  const asks = new Set<{ frame: ClientFrame; finish: Done }>();
  return {
    add(frame, done) {
      const ask = {
        frame,
        finish(answer: ServerFrame | undefined) {
          asks.delete(ask);
          cancel();
          done(answer);
          answered();
        },
      };
      const cancel = options.setTimer(options.answerTimeoutMs, () => ask.finish(undefined));
      asks.add(ask);
    },
    answer(answer) {
      const { type, id, mid, room } = answer as Omit<Partial<AckFrame>, "type"> & { type: string };
      for (const { frame, finish } of asks) {
        const same = (frame.id ?? frame.mid) === (id ?? mid) && room === (room && frame.room);
        if (!same || type === "message") continue; // The mid of a message is no answer.
        finish(answer);
        return true;
      }
      return false;
    },
    end() {
      for (const { finish } of [...asks]) finish(undefined);
    },
    get size() {
      return asks.size;
    },
  };
}
