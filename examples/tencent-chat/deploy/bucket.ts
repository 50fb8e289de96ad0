import { cosLifecycleRule } from "@hubbub/tencent/cos";
import { type Cloud, ifThere, isTaken } from "./cloud.ts";
import { PREFIX } from "./role.ts";

/** A bucket, as COS's SDK names it. */
export interface Bucket {
  readonly Bucket: string;
  readonly Region: string;
}

/**
 * Makes the bucket of the chat, if it is not there: private, and without versions, which it must not have.
 * COS itself deletes what remembers closed connections.
 */
export async function putBucket({ cos, say }: Cloud, bucket: Bucket): Promise<void> {
  try {
    await cos.putBucket({ ...bucket, ACL: "private" });
  } catch (error) {
    if (!isTaken(error)) throw error;
  }
  await cos.putBucketLifecycle({ ...bucket, Rules: [cosLifecycleRule({ prefix: PREFIX })] });
  say(`bucket ${bucket.Bucket}`);
}

/** Removes the bucket with everything in it. Repeating it changes nothing. */
export async function removeBucket({ cos, say }: Cloud, bucket: Bucket): Promise<void> {
  for (;;) {
    const page = await ifThere(cos.getBucket({ ...bucket, MaxKeys: 1000 }));
    const Objects = (page?.Contents ?? []).map(({ Key }) => ({ Key }));
    if (Objects.length === 0) break;
    await cos.deleteMultipleObject({ ...bucket, Objects, Quiet: true });
  }
  await ifThere(cos.deleteBucket(bucket));
  say(`bucket ${bucket.Bucket}: removed`);
}
