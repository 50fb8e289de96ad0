import type { Clock } from "@hubbub/core";

/**
 * Whether a push URL is the right one. A wrong URL refuses everybody, and a refusal must not cost
 * everybody their rows: what a URL refuses counts only if it accepts others.
 */
export interface PushUrlProof {
  /** A push is under way. */
  begin(): void;
  /** A push that began was accepted. */
  accept(): void;
  /** A push that began was not, nor refused. */
  end(): void;
  /**
   * A push that began was refused.
   *
   * @param withinMs How recently another must have been accepted, in milliseconds.
   * @returns Whether one was; while that is not so, the pushes under way are waited for.
   */
  refuse(withinMs: number): Promise<boolean>;
}

/** Creates a proof that has nothing to show yet. */
export function createPushUrlProof({ now }: Pick<Clock, "now">): PushUrlProof {
  const waiting = new Set<(accepted: boolean) => void>();
  let acceptedAt: number | undefined;
  let underWay = 0;

  function release(accepted: boolean): void {
    for (const resolve of waiting) resolve(accepted);
    waiting.clear();
  }

  function end(): void {
    underWay--;
    if (underWay === 0) release(false);
  }

  return {
    begin() {
      underWay++;
    },
    accept() {
      acceptedAt = now();
      release(true);
      end();
    },
    end,
    async refuse(withinMs) {
      const recent = acceptedAt !== undefined && now() - acceptedAt <= withinMs;
      const others = underWay > 1;
      const later = recent || !others ? undefined : new Promise<boolean>((r) => waiting.add(r));
      end();
      return later ?? recent;
    },
  };
}
