import { UnavailableError } from "@hubbub/core";
import { meaningOf, type PushUrlAnswer, type PushUrlMeaning } from "./push-url-answer.ts";
import type { PushUrlBody } from "./push-url-body.ts";
import type { ResolvedPushUrlOptions } from "./push-url-options.ts";
import { createPushUrlPosts, PushUrlTimeout } from "./push-url-post.ts";
import type { PushUrlProof } from "./push-url-proof.ts";
import { createPushUrlSource } from "./push-url-source.ts";

/** What an answer comes to: `gone` is a refusal by a URL that has shown to be the right one. */
export type PushUrlOutcome = PushUrlMeaning | "gone";

/** What asks the gateway for something. */
export interface PushUrlAsk {
  /** Rejects with `unavailable` if there is no answer. */
  ask(body: PushUrlBody): Promise<PushUrlOutcome>;
  destroy(): void;
}

/** How recently a URL must have accepted another push for its refusal to count, in milliseconds. */
const CREDIBLE_MS: Partial<Record<PushUrlMeaning, number>> = {
  refused: Infinity, // The gateway's own words: it is the right one, and remains so.
  "not-found": 60_000, // May be said by anything that stands before it.
};

/** Creates what asks, and asks once more where that may help. */
export function createPushUrlAsk(options: ResolvedPushUrlOptions): PushUrlAsk {
  const { clock, meter, timeoutMs, urlVerified } = options;
  const where = createPushUrlSource(options);
  const posts = createPushUrlPosts(options);

  async function post(url: URL, body: PushUrlBody): Promise<PushUrlAnswer> {
    const deadlineAt = clock.now() + timeoutMs;
    const attempt = (fresh: boolean) => {
      meter?.count("push");
      return posts.post(url, body, { deadlineAt, fresh });
    };
    let answer: PushUrlAnswer | undefined;
    try {
      answer = await attempt(false);
      if (answer.status < 500) return answer;
    } catch (error) {
      if (error instanceof PushUrlTimeout) throw error;
    }
    // An instance that was frozen finds its connections cut, and a message of then is of no use now.
    if (clock.now() < deadlineAt) return attempt(true);
    if (answer) return answer;
    throw new PushUrlTimeout("no time for a second try");
  }

  async function weigh(meaning: PushUrlMeaning, proof: PushUrlProof): Promise<PushUrlOutcome> {
    const credibleMs = CREDIBLE_MS[meaning];
    if (credibleMs === undefined) {
      if (meaning === "sent") proof.accept();
      else proof.end();
      return meaning;
    }
    if (meaning === "refused" && urlVerified) {
      proof.end();
      return "gone";
    }
    return (await proof.refuse(credibleMs)) ? "gone" : meaning;
  }

  return {
    async ask(body) {
      const { url, proof } = await where();
      proof.begin();
      let meaning: PushUrlMeaning;
      try {
        meaning = meaningOf(await post(url, body));
      } catch (error) {
        proof.end();
        if (error instanceof PushUrlTimeout) return "throttled";
        throw new UnavailableError("no answer from the push URL", { cause: error });
      }
      return weigh(meaning, proof);
    },
    destroy: posts.destroy,
  };
}
