import type { IncomingMessage } from "node:http";

/** Buckets, and what their objects are called. */
export function answerCos(
  { method, url = "" }: IncomingMessage,
  body: string,
  buckets: Map<string, Record<string, unknown>>,
  objects: Set<string>,
): { code: number; xml: string } {
  const name = url.split(/[/?]/)[1] ?? "";
  const fail = (code: number, Code: string) => ({
    code,
    xml: `<Error><Code>${Code}</Code></Error>`,
  });
  if (method === "PUT" && url.includes("lifecycle")) {
    buckets.set(name, { lifecycle: body });
    return { code: 200, xml: "" };
  }
  if (method === "PUT") {
    if (buckets.has(name)) return fail(409, "BucketAlreadyOwnedByYou");
    buckets.set(name, {});
    return { code: 200, xml: "" };
  }
  if (!buckets.has(name)) return fail(404, "NoSuchBucket");
  if (method === "POST") {
    for (const [, key = ""] of body.matchAll(/<Key>([^<]*)<\/Key>/g)) objects.delete(key);
    return { code: 200, xml: "<DeleteResult></DeleteResult>" };
  }
  if (method === "DELETE") {
    if (objects.size > 0) return fail(409, "BucketNotEmpty");
    buckets.delete(name);
    return { code: 204, xml: "" };
  }
  const contents = [...objects].map((key) => `<Contents><Key>${key}</Key></Contents>`).join("");
  const list = `<ListBucketResult><IsTruncated>false</IsTruncated>${contents}</ListBucketResult>`;
  return { code: 200, xml: list };
}
