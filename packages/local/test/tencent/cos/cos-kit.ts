import COS from "cos-nodejs-sdk-v5";
import { onTestFinished } from "vitest";
import { createLocalCos, type LocalCos, type LocalCosOptions } from "../../../src/tencent.ts";

export const Bucket = "chat-1250000000";
export const Region = "ap-guangzhou";
export const PLACE: { Bucket: string; Region: string } = { Bucket, Region };
export const KEYS = { secretId: "AKIDEXAMPLE", secretKey: "SECRETEXAMPLE" } as const;

/** Starts a COS that ends with the test. */
export async function startCos(options: LocalCosOptions = {}): Promise<LocalCos> {
  const cos = await createLocalCos({ credentials: [KEYS], ...options });
  onTestFinished(() => cos.close());
  return cos;
}

/** Starts a COS that ends with the test and takes any signature, and none. */
export async function startOpenCos(options: LocalCosOptions = {}): Promise<LocalCos> {
  const cos = await createLocalCos(options);
  onTestFinished(() => cos.close());
  return cos;
}

/** The official client. */
export function clientOf({ url }: { url: string }, options: COS.COSOptions = {}): COS {
  const { secretId: SecretId, secretKey: SecretKey } = KEYS;
  return new COS({ SecretId, SecretKey, Domain: url, Timeout: 5_000, ...options });
}

/** What the SDK rejected with: often no Error. */
export async function failure(work: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await work;
  } catch (error) {
    return error as Record<string, unknown>;
  }
  throw new Error("it did not fail");
}

/** Puts objects of these keys, past the SDK. */
export function fill(cos: LocalCos, ...keys: string[]): void {
  for (const key of keys) cos.put(key, key);
}
