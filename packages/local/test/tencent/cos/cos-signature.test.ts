import { describe, expect, it, onTestFinished, vi } from "vitest";
import { encodeStrictly } from "../../../src/tencent/cos/cos-signature.ts";
import {
  type CosCredentials,
  type CosSignedRequest,
  refuseCosSignature,
} from "../../../src/tencent.ts";
import { createTestClock } from "../../kit.ts";
import { clientOf, failure, KEYS, PLACE, startCos } from "./cos-kit.ts";

const KEY_TIME = "1700000000;1700000900";
const NOW = 1_700_000_100_000;
const HOST = "chat-1250000000.cos.ap-guangzhou.myqcloud.com";

interface Vector {
  signature: string;
  request: Omit<CosSignedRequest, "headers">;
  headers: Record<string, string>;
}

// Recomputed independently of the SDK.
const VECTORS: Vector[] = [
  {
    signature: "cea51f9cd0d3f23ad4fd5cf18e9435d4cc627de5",
    request: { method: "PUT", path: "/conn/ab==", query: new Map() },
    headers: {
      ...{ "content-length": "2", "content-type": "application/json", host: HOST },
      "x-cos-forbid-overwrite": "true",
    },
  },
  {
    signature: "2956deeb606cad45b2a5f5136d4366b56a27a258",
    request: {
      ...{ method: "GET", path: "/" },
      query: new Map([
        ["prefix", "conn/"],
        ["max-keys", "1000"],
        ["marker", "conn/a b+c"],
      ]),
    },
    headers: { host: HOST },
  },
  {
    signature: "3d3be5c70512f53a42769af93c48cd49e6b014d3",
    request: { method: "PUT", path: "/a+b c/é!'()*~", query: new Map() },
    headers: { "content-length": "2", host: "h.example" },
  },
];

function signed(
  { signature, request, headers }: Vector,
  changes: { keyTime?: string; id?: string; algorithm?: string } = {},
): CosSignedRequest {
  const { keyTime = KEY_TIME, id = KEYS.secretId, algorithm = "sha1" } = changes;
  const list = (names: Iterable<string>) => [...names].sort().join(";");
  const authorization = [
    ...[`q-sign-algorithm=${algorithm}`, `q-ak=${id}`],
    ...[`q-sign-time=${keyTime}`, `q-key-time=${keyTime}`],
    `q-header-list=${list(Object.keys(headers))}`,
    `q-url-param-list=${list(request.query.keys())}`,
    `q-signature=${signature}`,
  ].join("&");
  return { ...request, headers: new Map(Object.entries({ ...headers, authorization })) };
}

const check = { credentials: [KEYS], now: NOW };

describe("refuseCosSignature", () => {
  it.each(VECTORS)("accepts the fixed vector $signature", (vector) => {
    expect(refuseCosSignature(signed(vector), check)).toBeUndefined();
  });

  const [put, list] = VECTORS as [Vector, Vector, Vector];
  it.each([
    ["method", { ...put, request: { ...put.request, method: "DELETE" } }],
    ["path", { ...put, request: { ...put.request, path: "/conn/ab=" } }],
    ["host", { ...put, headers: { ...put.headers, host: "other" } }],
    ["header", { ...put, headers: { ...put.headers, "x-cos-forbid-overwrite": "false" } }],
    ["query", { ...list, request: { ...list.request, query: new Map([["prefix", "conn/"]]) } }],
    ["signature", { ...put, signature: put.signature.replace("c", "d") }],
    ["length of the signature", { ...put, signature: "" }],
  ])("refuses another %s", (_what, vector) => {
    expect(refuseCosSignature(signed(vector), check)).toEqual({ code: "SignatureDoesNotMatch" });
  });

  it("encodes all that a signature encodes, the five that encodeURIComponent leaves alone, too", () => {
    expect(encodeStrictly("a-_.~ /é!'()*")).toBe("a-_.~%20%2F%C3%A9%21%27%28%29%2A");
  });

  it("refuses an unknown key, another secret and another token", () => {
    const answer = (credentials: object) =>
      refuseCosSignature(signed(put), { ...check, credentials: [{ ...KEYS, ...credentials }] });
    expect(answer({ secretId: "AKIDOTHER" })).toEqual({ code: "InvalidAccessKeyId" });
    expect(answer({ secretKey: "other" })).toEqual({ code: "SignatureDoesNotMatch" });
    expect(answer({ securityToken: "token" })).toEqual({ code: "InvalidAccessKeyId" });
    expect(answer({ expiresAt: NOW })).toEqual({ code: "ExpiredToken" });
    expect(answer({ expiresAt: NOW + 1 })).toBeUndefined();
  });

  it("refuses a signature before and after its time", () => {
    const at = (now: number) => refuseCosSignature(signed(put), { ...check, now });
    expect(at(1_700_000_900_000)).toBeUndefined();
    expect(at(1_700_000_901_000)).toEqual({
      code: "AccessDenied",
      message: "Request has expired",
    });
    expect(at(1_699_999_000_000)).toEqual({ code: "RequestTimeTooSkewed" });
  });

  it("refuses what is no signature", () => {
    expect(refuseCosSignature(signed(put, { algorithm: "sha2" }), check)?.code).toBe(
      "AccessDenied",
    );
    expect(refuseCosSignature(signed(put, { keyTime: "now" }), check)?.code).toBe("AccessDenied");
    const unsigned = { ...put.request, headers: new Map(Object.entries(put.headers)) };
    expect(refuseCosSignature(unsigned, check)).toEqual({ code: "AccessDenied" });
  });
});

describe("createLocalCos", () => {
  it("refuses the SDK's requests with wrong keys, as COS does", async () => {
    const cos = await startCos();
    const get = (options: object) =>
      failure(clientOf(cos, options).getObject({ ...PLACE, Key: "a" }));
    expect(await get({ SecretId: "AKIDOTHER" })).toMatchObject({
      ...{ code: "InvalidAccessKeyId", statusCode: 403 },
    });
    expect(await get({ SecretKey: "other" })).toMatchObject({
      ...{ code: "SignatureDoesNotMatch", statusCode: 403 },
    });
    expect(await get({ SecurityToken: "token" })).toMatchObject({ code: "InvalidAccessKeyId" });
    expect(await get({})).toMatchObject({ code: "NoSuchKey", statusCode: 404 });
    const unsigned = await fetch(`${cos.url}/a`);
    expect([unsigned.status, unsigned.headers.get("content-type")]).toEqual([
      403,
      "application/xml",
    ]);
    expect(await unsigned.text()).toContain("<Code>AccessDenied</Code>");
  });

  it("takes temporary keys with their token, until they expire", async () => {
    const clock = createTestClock(Date.now());
    const expiresAt = clock.now() + 60_000;
    const credentials: CosCredentials[] = [{ ...KEYS, securityToken: "token", expiresAt }];
    const cos = await startCos({ credentials, clock });
    const put = (options: object) =>
      clientOf(cos, options).putObject({ ...PLACE, Key: "a", Body: "1" });
    await put({ SecurityToken: "token" });
    expect(await failure(put({}))).toMatchObject({ code: "InvalidAccessKeyId" });
    await clock.advance(60_000);
    expect(await failure(put({ SecurityToken: "token" }))).toMatchObject({
      ...{ code: "ExpiredToken", statusCode: 400 },
    });
    credentials.push({ ...KEYS, secretId: "AKIDNEXT", securityToken: "next", expiresAt: Infinity });
    await put({ SecretId: "AKIDNEXT", SecurityToken: "next" });
  });

  it("lets the SDK correct a clock that is wrong, by the date of the refusal", async () => {
    const clock = createTestClock(Date.now() + 3_600_000);
    const cos = await startCos({ clock });
    vi.spyOn(console, "error").mockReturnValue(undefined); // The SDK's word on the clock.
    onTestFinished(() => void vi.restoreAllMocks());
    await clientOf(cos).putObject({ ...PLACE, Key: "a", Body: "1" });
    expect(cos.requests.map(({ code }) => code)).toEqual(["AccessDenied", undefined]);
    const strict = clientOf(cos, { CorrectClockSkew: false });
    const refused = await failure(strict.getObject({ ...PLACE, Key: "a" }));
    expect(refused).toMatchObject({ code: "AccessDenied", message: "Request has expired" });
    await clock.advance(-2 * 3_600_000);
    expect(await failure(strict.getObject({ ...PLACE, Key: "a" }))).toMatchObject({
      code: "RequestTimeTooSkewed",
    });
  });

  it("takes the signature of a URL in parts, and in one", async () => {
    const cos = await startCos();
    cos.put("a b/é+.txt", "1");
    const signature = clientOf(cos).getAuth({ Method: "get", Key: "a b/é+.txt" });
    const get = (query: string) => fetch(`${cos.url}/a%20b/%C3%A9%2B.txt?${query}`);
    expect(await (await get(signature)).text()).toBe("1");
    expect(await (await get(`sign=${encodeURIComponent(signature)}`)).text()).toBe("1");
    expect((await get(`sign=${encodeURIComponent(signature.slice(0, -1))}`)).status).toBe(403);
  });

  it("verifies signatures of keys with any characters", async () => {
    const cos = await startCos();
    for (const Key of ["a+b c/é!'()*~", "conn/ab==", "🦊/%2F?&=#", "a//b", "-._~"]) {
      const client = clientOf(cos);
      await client.putObject({ ...PLACE, Key, Body: Key });
      const { Body } = await client.getObject({ ...PLACE, Key });
      expect(String(Body)).toBe(Key);
    }
  });
});
