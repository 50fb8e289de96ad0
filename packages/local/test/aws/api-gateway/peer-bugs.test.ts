import {
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { describe, expect, it } from "vitest";
import { connect, refused, rejection, startGateway } from "../../kit.ts";
import { managementClient } from "../../management-kit.ts";

const allow = async () => ({
  principalId: "u1",
  policyDocument: { Statement: [{ Action: "*", Effect: "Allow", Resource: "*" }] },
});
/** Lets the test decide when a handler goes on. */
const gate = () => {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
};

describe("what other emulators get wrong", () => {
  // https://github.com/dherault/serverless-offline/pull/1301
  it("dherault/serverless-offline#1301: $connect's status is not ignored", async () => {
    const gateway = await startGateway({
      routes: { $connect: async () => ({ statusCode: 403 }), $default: async () => undefined },
    });
    expect((await refused(gateway.url)).status).toBe(403);
  });

  // https://github.com/localstack/localstack/issues/6383
  it("localstack/localstack#6383: $disconnect is called", async () => {
    const left: string[] = [];
    const gateway = await startGateway({
      routes: { $disconnect: async ({ requestContext }) => left.push(requestContext.connectionId) },
    });
    const clients = [await connect(gateway.url), await connect(gateway.url)];
    const ids = gateway.connections();
    clients[0]?.ws.close();
    clients[1]?.ws.terminate();
    while (left.length < 2) await new Promise(setImmediate);
    expect(left.sort()).toEqual(ids.sort());
  });

  // https://github.com/localstack/localstack/issues/10059
  it("localstack/localstack#10059: the authorizer is not called at disconnect, nor for messages", async () => {
    const calls: string[] = [];
    const noted = async ({ requestContext }: { requestContext: { routeKey: string } }) => {
      calls.push(requestContext.routeKey);
      return { statusCode: 200, body: "done" };
    };
    const handler = async () => {
      calls.push("authorizer");
      return allow();
    };
    const gateway = await startGateway({
      authorizer: { handler },
      routes: { $default: { handler: noted, routeResponse: true }, $disconnect: noted },
    });
    const { ws, next } = await connect(gateway.url);
    ws.send("hi");
    await next();
    ws.close();
    while (calls.length < 3) await new Promise(setImmediate);
    await gateway.idle();
    expect(calls).toEqual(["authorizer", "$default", "$disconnect"]);
  });

  // https://github.com/localstack/localstack/issues/4067
  it("localstack/localstack#4067: the authorizer is called, before $connect", async () => {
    const calls: string[] = [];
    const handler = async () => {
      calls.push("authorizer");
      return allow();
    };
    const $connect = async () => {
      calls.push("$connect");
      return { statusCode: 200 };
    };
    const gateway = await startGateway({ authorizer: { handler }, routes: { $connect } });
    await connect(gateway.url);
    expect(calls).toEqual(["authorizer", "$connect"]);
  });

  // https://github.com/localstack/localstack/issues/4039
  it("localstack/localstack#4039: the connection opens only after $connect has answered", async () => {
    const { passed, open } = gate();
    let asked = false;
    const gateway = await startGateway({
      routes: {
        $connect: async () => {
          asked = true;
          await passed;
          return { statusCode: 200 };
        },
      },
    });
    let opened = false;
    const client = connect(gateway.url).then(() => {
      opened = true;
    });
    while (!asked) await new Promise(setImmediate);
    // A whole round trip to the same server is longer than a handshake would be.
    await refused(`${gateway.url}/elsewhere`);
    expect([opened, gateway.connections()]).toEqual([false, []]);
    open();
    await client;
    expect(gateway.connections()).toHaveLength(1);
  });

  // https://github.com/localstack/localstack/issues/4694
  it("localstack/localstack#4694: closed and unknown connections are gone, malformed ids a bad request", async () => {
    const gateway = await startGateway();
    const { ws, closed } = await connect(gateway.url);
    const sdk = managementClient(gateway.callbackUrl);
    const [id = ""] = gateway.connections();
    const post = async (ConnectionId: string) => {
      const command = new PostToConnectionCommand({ ConnectionId, Data: "hi" });
      const error = await rejection(sdk.send(command));
      return [error.name, Reflect.get(Object(error.$metadata), "httpStatusCode")];
    };
    ws.close();
    await closed;
    while (gateway.connections().length > 0) await new Promise(setImmediate);
    expect(await post(id)).toEqual(["GoneException", 410]);
    expect(await post("H111mc0HywMCEEf=")).toEqual(["GoneException", 410]);
    expect(await post("6sdf")).toEqual(["BadRequestException", 400]);
  });

  // https://github.com/dherault/serverless-offline/issues/1176
  it("dherault/serverless-offline#1176: a subprotocol is not echoed by itself", async () => {
    const gateway = await startGateway({ routes: { $connect: async () => ({ statusCode: 200 }) } });
    // The client asked for one and got none: it fails, as a browser does.
    const error = await rejection(connect(gateway.url, ["graphql-transport-ws"]));
    expect(error.message).toBe("Server sent no subprotocol");
  });

  it("serverless-offline 14: GET and DELETE work, and DELETE closes with a status", async () => {
    const gateway = await startGateway();
    const { closed } = await connect(gateway.url);
    const [ConnectionId] = gateway.connections();
    const sdk = managementClient(gateway.callbackUrl);
    await sdk.send(new DeleteConnectionCommand({ ConnectionId }));
    expect((await closed).code).toBe(1000);
  });
});
