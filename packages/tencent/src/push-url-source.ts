import { HubbubError, UnavailableError } from "@hubbub/core";
import { parsePushUrl, type ResolvedPushUrlOptions } from "./push-url-options.ts";
import { createPushUrlProof, type PushUrlProof } from "./push-url-proof.ts";

/** A push URL and what is known of it. */
export interface KnownPushUrl {
  readonly url: URL;
  readonly proof: PushUrlProof;
}

type Settings = Pick<ResolvedPushUrlOptions, "url" | "urlTtlMs" | "timeoutMs" | "clock">;

/**
 * Creates what knows the push URL.
 *
 * @returns Answers it. Rejects with `unavailable` if it can't be found, with `invalid_argument` if what was found is none.
 */
export function createPushUrlSource({
  url,
  urlTtlMs,
  timeoutMs,
  clock,
}: Settings): () => Promise<KnownPushUrl> {
  const know = (found: URL): KnownPushUrl => ({ url: found, proof: createPushUrlProof(clock) });
  if (typeof url !== "function") {
    const fixed = Promise.resolve(know(parsePushUrl(url)));
    return () => fixed;
  }

  const find = url;
  let known: KnownPushUrl | undefined;
  let finding: Promise<KnownPushUrl> | undefined;
  let foundAt = -Infinity;

  async function giveUp(): Promise<never> {
    await clock.sleep(timeoutMs);
    throw new UnavailableError("the push URL was not found in time");
  }

  async function look(): Promise<KnownPushUrl> {
    try {
      const found = parsePushUrl(await Promise.race([find(), giveUp()]));
      if (known?.url.href !== found.href) known = know(found); // Another URL has to prove itself.
      foundAt = clock.now();
      return known;
    } catch (error) {
      if (error instanceof HubbubError) throw error;
      throw new UnavailableError("the push URL could not be found", { cause: error });
    }
  }

  return async () => {
    if (known && clock.now() - foundAt <= urlTtlMs) return known;
    finding ??= look().finally(() => {
      finding = undefined;
    });
    return finding;
  };
}
