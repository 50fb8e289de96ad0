import { createHash, createHmac } from "node:crypto";
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { SignatureV4 } from "@smithy/signature-v4";

/** The host that the examples are signed for. */
export const HOST = "abcd1234.execute-api.us-east-1.amazonaws.com";
/** The keys of the examples. */
export const example: { accessKeyId: string; secretAccessKey: string } = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};
/** The session token of the examples. */
export const token = "tok/en+=";

/** Node's hashes behind the interface of the SDK. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined ? createHash("sha256") : createHmac("sha256", asBytes(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(asBytes(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

function asBytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === "string") return Buffer.from(data);
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** What is to be signed. */
export interface SdkSigning {
  path: string;
  body: Uint8Array;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  signingDate: Date;
  region: string;
}

/** Signs a POST as the SDK does; answers its headers. */
export async function signWithSdk(signing: SdkSigning): Promise<Record<string, string>> {
  const { path, body, credentials, signingDate, region } = signing;
  const signer = new SignatureV4({
    credentials,
    region,
    service: "execute-api",
    sha256: Sha256,
    applyChecksum: false,
  });
  const request = { method: "POST", protocol: "https:", hostname: HOST, path, body };
  return (await signer.sign({ ...request, headers: { host: HOST } }, { signingDate })).headers;
}

/** What the official client was about to send. */
export interface Captured {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: Uint8Array | string;
}

/** Lets the official client make a request, and stops it before it is sent. */
export async function captureFromClient(
  send: (client: ApiGatewayManagementApiClient) => Promise<unknown>,
): Promise<Captured> {
  let captured: Captured | undefined;
  const client = new ApiGatewayManagementApiClient({
    endpoint: `https://${HOST}/prod`,
    region: "us-east-1",
    credentials: { ...example, sessionToken: token },
    maxAttempts: 1,
    requestHandler: {
      async handle(request: Captured) {
        captured = request;
        throw new Error("captured");
      },
    },
  });
  await send(client).catch(() => undefined);
  if (!captured) throw new Error("the client sent nothing");
  return captured;
}
