import { describe, expect, it } from "vitest";
import { createEventHandler, type EventHandlerOptions } from "../src/index.ts";
import { createChat, startHandler } from "./event-kit.ts";
import { CONNECTION_STRING, KEY } from "./events.ts";

const endpoint = "https://chat.webpubsub.azure.com";
const verify = () => true;
const tableConnectionString = "AccountName=a;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:1/a";
const nothing = { connectionString: undefined, pusher: undefined };
const credential = { getToken: async () => null };

/** The options, each left out that is undefined. */
const start = (options: Record<string, unknown>) => startHandler(createChat(), options);

describe("createEventHandler", () => {
  it.each<[name: string, options: Record<string, unknown>]>([
    ["hub", { hub: "" }],
    ["hub", { hub: "1chat" }],
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
    ["stateKey", { stateKey: "short" }],
    ["timeWindowMs", { timeWindowMs: 0 }],
    ["maxRecentEvents", { maxRecentEvents: -1 }],
    ["stateTtlMs", { stateTtlMs: Number.NaN }],
    ["settleMs", { settleMs: "1" }],
    ["tableConnectionString", { store: undefined }],
    ["tableConnectionString", { store: undefined, tableConnectionString: CONNECTION_STRING }],
    ["tableEndpoint", { log: undefined, tableEndpoint: "account", credential }],
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
    ["hosts without an endpoint", { connectionString: undefined, verify, allowedOrigins: ["*"] }],
  ])("takes %s", (_what, options) => {
    expect(() => start(options)).not.toThrow();
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
