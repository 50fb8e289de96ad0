import { codeOf, isMissing, isTransient } from "./cos-errors.ts";
import type { CosLike, ResolvedCosOptions } from "./cos-options.ts";
import type { CosSender } from "./cos-sender.ts";

/** Creates what deletes up to 1,000 keys with one request. */
export function createCosRemover(
  cos: CosLike,
  { bucket: Bucket, region: Region }: ResolvedCosOptions,
  send: CosSender,
): (keys: readonly string[]) => Promise<void> {
  return async ([first = "", ...others]) => {
    if (others.length === 0) {
      await send("write", "DeleteObject", async () => {
        const answer = await cos.deleteObject({ Bucket, Region, Key: first });
        // The SDK takes the 404 of a missing bucket for a success.
        const missing = (answer as { BucketNotFound?: boolean } | null)?.BucketNotFound;
        if (missing) throw Object.assign(new Error("no bucket"), { code: "NoSuchBucket" });
      });
      return;
    }
    const Objects = [first, ...others].map((Key) => ({ Key }));
    await send("write", "DeleteMultipleObjects", async () => {
      const answer = await cos.deleteMultipleObject({ Bucket, Region, Objects, Quiet: true });
      const failure = failureIn(answer);
      if (failure) throw Object.assign(new Error("keys were not deleted"), failure);
    });
  };
}

/** COS answers 200 and what became of single keys: the worst of it, which no repetition mends, if there is any. */
function failureIn(answer: unknown): { code: string } | undefined {
  const { Error: errors = [] } = answer as { Error?: readonly { Code?: unknown }[] };
  const failures = errors
    .map(({ Code }) => ({ code: codeOf({ code: Code }) }))
    .filter((failure) => !isMissing(failure));
  return failures.find((failure) => !isTransient(failure)) ?? failures[0];
}
