import type { AwsCredentials } from "./api-gateway-credentials.ts";
import type { ApiGatewayEndpoint } from "./api-gateway-endpoint.ts";
import type { PostBody } from "./api-gateway-post-body.ts";
import {
  type CanonicalHeaders,
  canonicalHeaders,
  createV4Signer,
  encodeSegment,
  signedPath,
  toAmzDate,
} from "./sign-v4.ts";

/** Writes signed requests, one character a byte. */
export interface RequestWriter {
  post(connectionId: string, body: PostBody, credentials: AwsCredentials, now: number): string;
}

/** What all requests of one second share. */
interface Preamble {
  readonly credentials: AwsCredentials;
  readonly second: number;
  readonly amzDate: string;
  readonly signed: CanonicalHeaders;
  /** The signed headers as they are sent. */
  readonly headers: string;
}

/** Creates a writer of requests to one endpoint. */
export function createRequestWriter(endpoint: ApiGatewayEndpoint, region: string): RequestWriter {
  const signer = createV4Signer(region);
  const connections = `${endpoint.basePath}/@connections/`;
  const signedConnections = signedPath(connections);
  let preamble: Preamble | undefined;

  return {
    post(connectionId, body, credentials, now) {
      const second = Math.floor(now / 1000);
      if (preamble?.second !== second || preamble.credentials !== credentials) {
        preamble = createPreamble(endpoint.host, credentials, second);
      }
      const { amzDate, signed: headers } = preamble;
      const id = encodeSegment(connectionId);
      const authorization = signer.sign(credentials, {
        method: "POST",
        signedPath: signedConnections + id.replaceAll("%", "%25"), // All that is left to encode.
        headers,
        bodyHash: body.hash,
        amzDate,
      });
      return `POST ${connections}${id} HTTP/1.1\r\n${preamble.headers}authorization: ${authorization}\r\n${body.text}`;
    },
  };
}

function createPreamble(host: string, credentials: AwsCredentials, second: number): Preamble {
  const amzDate = toAmzDate(second * 1000);
  const { sessionToken } = credentials;
  const fields = { host, "x-amz-date": amzDate };
  const all =
    sessionToken === undefined ? fields : { ...fields, "x-amz-security-token": sessionToken };
  const headers = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return { credentials, second, amzDate, signed: canonicalHeaders(all), headers: headers.join("") };
}
