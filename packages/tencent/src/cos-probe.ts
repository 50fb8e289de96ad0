import { CosSetupError, remedyOf } from "./cos-errors.ts";
import type { CosLike, ResolvedCosOptions } from "./cos-options.ts";

const proofs = new WeakMap<CosLike, Map<string, Promise<void>>>();

/**
 * Proves, once for a client and a bucket, that COS refuses to overwrite: one key is put twice. In a
 * bucket that keeps versions, or has ever done so, it would not, and acked messages would be lost.
 *
 * @param put Puts a key that must not be there; undefined: it was there.
 * @throws CosSetupError with `versioning` if the second put overwrote the first.
 */
export async function provePutIfAbsent(
  cos: CosLike,
  options: ResolvedCosOptions,
  put: (key: string, text: string) => Promise<string | undefined>,
): Promise<void> {
  const { bucket, region, prefix, logger } = options;
  let ofClient = proofs.get(cos);
  if (!ofClient) {
    ofClient = new Map();
    proofs.set(cos, ofClient);
  }
  const known = ofClient.get(bucket);
  if (known) return known;
  const proof = prove().catch((error: unknown) => {
    // COS may answer the next time; versions that were kept once are never undone.
    if (!(error instanceof CosSetupError && error.problem === "versioning"))
      ofClient.delete(bucket);
    throw error;
  });
  ofClient.set(bucket, proof);
  return proof;

  async function prove(): Promise<void> {
    const key = `${prefix}put-if-absent`;
    // Mostly it is there from an earlier time, and the first put is refused already.
    for (let puts = 1; puts <= 2; puts++) {
      if ((await put(key, "hubbub proves here that this bucket keeps no versions")) === undefined) {
        return;
      }
    }
    const message = remedyOf("versioning", { action: "PutObject", bucket, region }, "");
    logger?.error(message, { problem: "versioning" });
    throw new CosSetupError("versioning", message);
  }
}
