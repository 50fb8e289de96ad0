import { inspect } from "node:util";
import type { Logger } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import type { TableClientLike } from "../../src/table-client.ts";
import { createTableConnectionStore } from "../../src/table-connection-store.ts";
import { TableSetupError } from "../../src/table-errors.ts";
import { readJson, writeJson } from "../../src/table-json.ts";
import { createTableRoomLog } from "../../src/table-room-log.ts";
import { startTable } from "./table-kit.ts";
import { createRig } from "./table-rig.ts";

const kit = await startTable();
const clock = { now: () => 0, sleep: async () => {} };
const SECRET = "the text of a message";

/** A client that answers nothing but this, so many times, and then as it should. */
function failing(inner: TableClientLike, error: object, times: number) {
  const sent: string[] = [];
  const createEntity: TableClientLike["createEntity"] = async (...args) => {
    sent.push("createEntity");
    if (sent.length <= times) throw Object.assign(new Error(SECRET), error);
    return inner.createEntity(...args);
  };
  return { client: { ...inner, createEntity }, sent };
}

async function failureOf(client: TableClientLike) {
  const logged: string[] = [];
  const logger: Logger = { error: (message) => void logged.push(message), warn: () => {} };
  const store = createTableConnectionStore(client, { clock, logger });
  await store.get("a").catch(() => undefined);
  const error: unknown = await store.get("a").catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TableSetupError);
  const { code, problem, message } = error as TableSetupError;
  expect(code).toBe("unavailable");
  expect(logged).toEqual([message]); // once
  expect(inspect(error, { depth: 9 })).not.toMatch(/sharedkey|authorization: /i);
  return { problem, message };
}

describe("a wrong set-up is named", { timeout: 30_000 }, () => {
  it("when there is no such table", async () => {
    const { problem, message } = await failureOf(kit.connect("nobodystable"));
    expect(problem).toBe("table_not_found");
    expect(message).toMatch(/"nobodystable".*createTable/);
  });

  it("when the key is wrong", async () => {
    const { problem } = await failureOf(kit.connect("chat1", { key: "AAAA" }));
    expect(problem).toBe("not_authorized");
  });

  it("when nobody answers at the endpoint", async () => {
    const nowhere = { url: "http://127.0.0.1:1/account", maxRetries: 0 };
    expect((await failureOf(kit.connect("chat1", nowhere))).problem).toBe("unreachable");
  });
});

describe("an append", { timeout: 30_000 }, () => {
  it.each([429, 503])(
    "that is throttled with %i is repeated until it is done",
    async (statusCode) => {
      const rig = await createRig(kit);
      await rig.log().append("lobby", rig.entry("m1"));
      const { client, sent } = failing(rig.trace.client, { statusCode }, 3);
      const result = await rig.log({}, client).append("lobby", rig.entry("m2"));
      expect(result).toMatchObject({ status: "appended", seq: 2 });
      expect(sent).toHaveLength(4);
    },
  );

  it("that is throttled for good is not acknowledged, and says nothing of its text", async () => {
    const rig = await createRig(kit);
    await rig.log().append("lobby", rig.entry("m1"));
    const { client, sent } = failing(rig.trace.client, { statusCode: 503 }, 99);
    const error: unknown = await rig
      .log({}, client)
      .append("lobby", rig.entry("m2"))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "unavailable" });
    expect(sent).toHaveLength(5);
    expect(inspect(error, { depth: 9 })).not.toContain(SECRET);
    expect((await rig.log().head("lobby")).head).toBe(1);
  });

  it("whose answer hangs ends in time, and its repetition finds what it stored", async () => {
    const rig = await createRig(kit);
    const { epoch } = await rig.log().head("lobby");
    const { createEntity } = rig.trace.client;
    const hanging: TableClientLike = {
      ...rig.trace.client,
      async createEntity(entity, options) {
        await createEntity(entity, options);
        const { abortSignal } = options ?? {};
        return new Promise((_, reject) => {
          const abort = () => reject(Object.assign(new Error("aborted"), { name: "AbortError" }));
          if (abortSignal?.aborted) abort();
          else abortSignal?.addEventListener("abort", abort);
          setTimeout(() => {}, 20); // A signal's timer alone keeps no process alive.
        });
      },
    };
    const position = { epoch, after: 0 };
    const log = rig.log({ timeoutMs: 1_000 }, hanging);
    await expect(log.append("lobby", rig.entry("m1"), position)).rejects.toMatchObject({
      code: "unavailable",
    });
    const retry = await rig.log().append("lobby", rig.entry("m1"), position);
    expect(retry).toMatchObject({ status: "duplicate", entry: { seq: 1 } });
  });

  it("whose answer is lost within the SDK's retries is appended, not a duplicate", async () => {
    const rig = await createRig(kit);
    const client = kit.connect(rig.trace.client.tableName);
    let isLost = false;
    client.pipeline.addPolicy(
      {
        name: "lose",
        async sendRequest(request, next) {
          const response = await next(request);
          if (isLost || request.method !== "POST") return response;
          isLost = true;
          throw Object.assign(new Error("read ECONNRESET"), {
            name: "RestError",
            code: "ECONNRESET",
          });
        },
      },
      { afterPhase: "Retry" },
    );
    await rig.log().head("lobby");
    const result = await rig.log({}, client).append("lobby", rig.entry("m1"));
    expect(isLost).toBe(true);
    expect(result).toMatchObject({ status: "appended", seq: 1 });
    expect((await rig.log().read("lobby", { after: 0, limit: 9 })).entries).toHaveLength(1);
  });

  it("of a text of many properties comes back whole; one beyond a row is refused", async () => {
    const rig = await createRig(kit);
    // In ASCII: azurite decodes each 64 KiB of a body by itself, and halves of characters are lost.
    const data = "x\u2028".repeat(30_000);
    await rig.log().append("lobby", rig.entry("m1", { data }));
    const { entries } = await rig.log().read("lobby", { after: 0, limit: 1 });
    expect(entries[0]?.data).toBe(data);
    const huge = rig.entry("m2", { data: "x".repeat(600_000) });
    await expect(rig.log().append("lobby", huge)).rejects.toMatchObject({
      code: "invalid_argument",
    });
  });
});

describe("JSON in a row", () => {
  it("is never cut within a character, and comes back", () => {
    for (let shift = 0; shift < 4; shift++) {
      const value = { text: `${"x".repeat(31_985 + shift)}${"🦊".repeat(40_000)}\u2028\ud800` };
      const properties = writeJson(value);
      expect(Object.keys(properties)).toHaveLength(4);
      for (const text of Object.values(properties)) {
        expect(text.length).toBeLessThanOrEqual(32_000);
        expect(Buffer.from(text).toString()).toBe(text);
      }
      expect(readJson(properties)).toEqual(value);
    }
  });
});

describe("options", () => {
  const client = kit.connect("chat1");
  it.each([
    ["client", { client: {} }],
    ["clock", { clock: {} }],
    ["random", { random: 1 }],
    ["timeoutMs", { timeoutMs: 0 }],
  ])("that are wrong are refused by store and log, and named: %s", (name, wrong) => {
    const given = { client, clock, random: () => 0.5, id: () => "id", ...wrong };
    for (const create of [createTableConnectionStore, createTableRoomLog]) {
      const call = () => create(given.client as TableClientLike, given as never);
      expect(call).toThrow(expect.objectContaining({ code: "invalid_argument" }));
      expect(call).toThrow(name);
    }
  });

  it("refuse a life of tombstones that is none, and an id that is no function", () => {
    const options = { clock, tombstoneMs: Number.NaN };
    expect(() => createTableConnectionStore(client, options)).toThrow(/tombstoneMs/);
    const noId = { clock, random: () => 0.5, id: "id" } as never;
    expect(() => createTableRoomLog(client, noId)).toThrow(/id/);
  });
});
