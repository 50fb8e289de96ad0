import { TableClient } from "@azure/data-tables";
import { describe, expect, it } from "vitest";
import { createEventHandler, type EventHandlerOptions } from "../src/index.ts";
import { createChat, startHandler } from "./event-kit.ts";
import { CONNECTION_STRING, KEY } from "./events.ts";

const endpoint = "https://chat.webpubsub.azure.com";
const verify = () => true;
const account = "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=a2V5";
const tableConnectionString = `${account};EndpointSuffix=core.windows.net`;
const nothing = { connectionString: undefined, pusher: undefined };
const credential = { getToken: async () => null };

/** The options, each left out that is undefined. */
const start = (options: Record<string, unknown>) => startHandler(createChat(), options);

describe("createEventHandler", () => {
  it.each<[name: string, options: Record<string, unknown>]>([
    ["hub", { hub: "" }],
    ["hub", { hub: "1chat" }],
    ["hub", { hub: `h${"x".repeat(128)}` }],
    ["hub", { hub: undefined }],
    ["connectionString", { connectionString: "" }],
    ["connectionString", { connectionString: `Endpoint=${endpoint};` }],
    ["connectionString", { connectionString: `AccessKey=${KEY};` }],
    ["connectionString", { connectionString: `Endpoint=ftp://x;AccessKey=${KEY}` }],
    ["connectionString", { connectionString: `Endpoint=https://x/path;AccessKey=${KEY}` }],
    ["connectionString", { endpoint }],
    ["connectionString", { ...nothing }],
    ["verify", { connectionString: undefined, endpoint }],
    ["verify", { verify: "yes" }],
    ["connectionString", { ...nothing, endpoint, verify }],
    ["endpoint", { ...nothing, endpoint: "chat", verify }],
    ["allowedOrigins", { connectionString: undefined, verify }],
    ["allowedOrigins", { allowedOrigins: [""] }],
    ["allowedOrigins", { allowedOrigins: "*" }],
    ["accessKeys", { accessKeys: [""] }],
    ["accessKeys", { accessKeys: KEY }],
    ["code", { code: "" }],
    ["code", { code: ["good", undefined] }],
    ["stateKey", { stateKey: "x".repeat(31) }],
    ["timeWindowMs", { timeWindowMs: 0 }],
    ["maxRecentEvents", { maxRecentEvents: -1 }],
    ["stateTtlMs", { stateTtlMs: Number.NaN }],
    ["settleMs", { settleMs: "1" }],
    ["settleMs", { settleMs: 2 ** 31 }],
    ["settleMs", { settleMs: Number.POSITIVE_INFINITY }],
    ["credential", { ...nothing, endpoint, verify, credential: { key: KEY } }],
    ["store", { store: { get: async () => undefined } }],
    ["pusher", { pusher: { send: async () => "sent" } }],
    ["log", { log: { head: async () => undefined } }],
    ["tableName", { log: undefined, tableConnectionString, tableName: "chat-eu" }],
    ["tableName", { log: undefined, tableConnectionString, tableName: "1chat" }],
    ["tableName", { log: undefined, tableConnectionString, tableName: "ab" }],
    ["tableName", { log: undefined, tableConnectionString, tableName: "x".repeat(64) }],
    ["tableConnectionString", { store: undefined }],
    ["tableConnectionString", { store: undefined, tableConnectionString: CONNECTION_STRING }],
    ...[
      ...["", ";", account, `${account};EndpointSuffix=`, `${account};TableEndpoint=nowhere`],
      ...[`${tableConnectionString};x`, `${tableConnectionString}; `, "AccountName=a"],
      ...["DefaultEndpointsProtocol=https;EndpointSuffix=x;AccountKey=a2V5"],
      ...["DefaultEndpointsProtocol=ftp;AccountName=a;AccountKey=a2V5;EndpointSuffix=x"],
      ...["AccountName=a;AccountKey=a2V5;EndpointSuffix=core.windows.net"],
      ...["SharedAccessSignature=s", "TableEndpoint=https://a.table.x.net;SharedAccessSignature="],
      ...["TableEndpoint=https://a.x.net;SharedAccessSignature=s"],
    ].map((text): [string, Record<string, unknown>] => [
      "tableConnectionString",
      { log: undefined, tableConnectionString: text },
    ]),
    ["tableEndpoint", { log: undefined, tableEndpoint: "account", credential }],
    ["tableEndpoint", { log: undefined, tableEndpoint: "ftp://account", credential }],
    ["tableClient", { log: undefined, tableEndpoint: "https://a.table.core.windows.net" }],
    ["client", { pusher: undefined, client: {} }],
    ["conectionString", { conectionString: CONNECTION_STRING }],
  ])("refuses a wrong %s: %j", (name, options) => {
    const attempt = () => start(options);
    expect(attempt).toThrow(
      expect.objectContaining({ code: "invalid_argument", message: expect.stringContaining(name) }),
    );
    expect(attempt).not.toThrow(KEY);
  });

  it.each<[what: string, options: Record<string, unknown>]>([
    ["a hook in place of keys", { connectionString: undefined, endpoint, verify }],
    [
      "keys in place of a connection string",
      { connectionString: undefined, endpoint, accessKeys: [KEY] },
    ],
    ["an identity that pushes", { ...nothing, endpoint, verify, credential }],
    ["the connection string alone", { pusher: undefined }],
    ["a storage account", { store: undefined, log: undefined, tableConnectionString }],
    ["a storage account and an identity", { log: undefined, tableEndpoint: endpoint, credential }],
    ["a wait as long as a timer's", { settleMs: 2 ** 31 - 1 }],
    ["no wait", { settleMs: 0 }],
    ["a key of 32 characters", { stateKey: "x".repeat(32) }],
    ["a hub of 128 characters", { hub: `h${"x".repeat(127)}` }],
    ["a table of 3 characters", { store: undefined, tableConnectionString, tableName: "abc" }],
    [
      "a table of 63 characters",
      { store: undefined, tableConnectionString, tableName: "x".repeat(63) },
    ],
    ["hosts without an endpoint", { connectionString: undefined, verify, allowedOrigins: ["*"] }],
  ])("takes %s", (_what, options) => {
    expect(() => start(options)).not.toThrow();
  });

  it.each([
    tableConnectionString,
    `${tableConnectionString};\n`.trimEnd(),
    `${account};TableEndpoint=http://127.0.0.1:1/a;`,
    "UseDevelopmentStorage=true",
    "BlobEndpoint=https://x/;TableEndpoint=https://a.table.x.net/;SharedAccessSignature=sv=1&sig=x%3D",
  ])("takes the account %s, as the SDK does", (text) => {
    expect(() => start({ log: undefined, tableConnectionString: text })).not.toThrow();
    expect(() => TableClient.fromConnectionString(text, "chat")).not.toThrow();
  });

  it("refuses what are no options and what is no chat", () => {
    const invalid = expect.objectContaining({ code: "invalid_argument" });
    expect(() => createEventHandler(createChat(), undefined as never)).toThrow(invalid);
    const options = { hub: "chat", connectionString: CONNECTION_STRING } as EventHandlerOptions;
    expect(() => createEventHandler({} as never, { ...options, tableConnectionString })).toThrow(
      invalid,
    );
  });
});
