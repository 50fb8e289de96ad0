import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { createApiGatewayPusher } from "@hubbub/aws";
import type { Pusher } from "@hubbub/core";
import { Pool } from "undici";
import { loopbackFile } from "./loopback-file.ts";

/** One way to post a text to a connection. Rejects if it was not sent. */
export interface Poster {
  readonly name: string;
  post(connectionId: string, text: string): Promise<void>;
}

const region = "us-east-1";
const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  sessionToken: "t".repeat(900), // About as long as that of a Lambda function.
};
const ca = readFileSync(loopbackFile("certificate"));
const endpoint = (port: number) => `https://localhost:${port}/prod`;

/** Our pusher. */
export function createPusher(port: number): Pusher {
  return createApiGatewayPusher({ endpoint: endpoint(port), region, credentials, ca });
}

/** Our pusher, as a poster. */
export function ourPoster(port: number): Poster {
  const pusher = createPusher(port);
  return {
    name: "@hubbub/aws",
    async post(connectionId, text) {
      const result = await pusher.send(connectionId, text);
      if (result !== "sent") throw new Error(result);
    },
  };
}

/** The official client, with as many sockets as there are posts under way. */
export function sdkPoster(port: number, maxSockets: number): Poster {
  const client = new ApiGatewayManagementApiClient({
    endpoint: endpoint(port),
    region,
    credentials,
    requestHandler: { httpsAgent: new Agent({ keepAlive: true, maxSockets, ca }) },
  });
  return {
    name: "SDK PostToConnectionCommand",
    async post(ConnectionId, Data) {
      await client.send(new PostToConnectionCommand({ ConnectionId, Data }));
    },
  };
}

/** undici alone: nothing is signed, no token is sent. */
export function undiciPoster(port: number, connections: number): Poster {
  const pool = new Pool(`https://localhost:${port}`, { connections, connect: { ca } });
  const headers = { "content-type": "application/octet-stream" };
  return {
    name: "unsigned undici Pool",
    async post(connectionId, body) {
      const path = `/prod/@connections/${encodeURIComponent(connectionId)}`;
      const response = await pool.request({ method: "POST", path, headers, body });
      await response.body.dump();
      if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
    },
  };
}
