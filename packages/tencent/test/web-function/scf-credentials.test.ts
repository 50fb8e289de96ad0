import { once } from "node:events";
import { connect } from "node:net";
import { defineChat } from "@hubbub/core";
import { describe, expect, it } from "vitest";
import { createScfCredentials } from "../../src/web-function.ts";
import { chat, enter, startRig } from "./web-function-kit.ts";

const FIRST = { secretId: "id-1", secretKey: "key-1", sessionToken: "token-1" };

function headers(number: number): Map<string, string> {
  return new Map([
    ["x-scf-secret-id", `id-${number}`],
    ["x-scf-secret-key", `key-${number}`],
    ["x-scf-session-token", `token-${number}`],
  ]);
}

describe("createScfCredentials", () => {
  it("has no keys before a request, and then the newest", async () => {
    const credentials = createScfCredentials();
    await expect(credentials.get()).rejects.toMatchObject({ code: "unavailable" });
    credentials.take(headers(1));
    expect(await credentials.get()).toEqual(FIRST);
    credentials.take(headers(2));
    expect((await credentials.get()).secretKey).toBe("key-2");
  });

  it("keeps what it has when a request brings none, or a part", async () => {
    const credentials = createScfCredentials();
    credentials.take(headers(1));
    for (const name of headers(2).keys()) {
      const part = headers(2);
      part.delete(name);
      credentials.take(part);
    }
    credentials.take(new Map());
    expect(await credentials.get()).toEqual(FIRST);
  });

  it.each([...["evil, id-2", "id-2,evil", "id 2", "\u00e9", ""]])(
    "takes no header that holds more than a key, as one that was joined does: %j",
    async (wrong) => {
      const credentials = createScfCredentials();
      credentials.take(headers(1));
      for (const name of headers(2).keys()) credentials.take(headers(2).set(name, wrong));
      expect(await credentials.get()).toEqual(FIRST);
    },
  );

  it("takes every key that is one", async () => {
    const right = `AKID-._~+/=${"2".repeat(4096)}`;
    const credentials = createScfCredentials();
    credentials.take(new Map([...headers(1).keys()].map((name) => [name, right])));
    const all = { secretId: right, secretKey: right, sessionToken: right };
    expect(await credentials.get()).toEqual(all);
  });

  it("asks its fallback until a request brings keys", async () => {
    const own = { secretId: "own", secretKey: "own", sessionToken: "own" };
    const credentials = createScfCredentials({ fallback: async () => own });
    expect(await credentials.get()).toBe(own);
    credentials.take(headers(1));
    expect(await credentials.get()).toEqual(FIRST);
  });

  it("refuses a fallback that is no function", () => {
    const wrong = { fallback: FIRST } as unknown as Parameters<typeof createScfCredentials>[0];
    expect(() => createScfCredentials(wrong)).toThrow(
      expect.objectContaining({ code: "invalid_argument" }),
    );
  });
});

describe("the keys of a connection", () => {
  it("reach the holder with every upgrade, and nobody else", async () => {
    let number = 1;
    const credentials = createScfCredentials();
    const seen: unknown[] = [];
    const lines: unknown[] = [];
    const note = (...line: unknown[]) => void lines.push(line);
    const served = defineChat({
      ...chat.definition,
      authenticate(given) {
        seen.push(given);
        return { userId: "ann" };
      },
      on: {
        say() {
          throw new Error("a fault, so that something is logged");
        },
      },
    });
    const { fn, servers } = await startRig({
      served,
      platform: { keys: () => Object.fromEntries(names(number)) as typeof FIRST },
      server: {
        credentials,
        logger: { error: note, warn: note },
        handler: (request, response) => {
          response.end(JSON.stringify([request.headers, request.rawHeaders]));
        },
      },
    });
    const client = await enter(fn.url, "a-token");
    expect(await credentials.get()).toEqual(FIRST);
    number = 2;
    await enter(fn.url, "another");
    expect((await credentials.get()).sessionToken).toBe("token-2");

    client.send({ type: "publish", room: "lobby", event: "say", data: { text: "" }, mid: "m1" });
    await client.wait(({ type }) => type === "error" || type === "reset");
    const page = `http://127.0.0.1:${servers[0]?.port}/page`;
    const shown = await fetch(page, { headers: { ...Object.fromEntries(headers(3)), other: "x" } });
    const text = await shown.text();
    expect(text).toContain("other");
    for (const everything of [JSON.stringify(seen), JSON.stringify(lines), text]) {
      expect(everything).not.toMatch(/(id|key|token)-\d|x-scf/i);
    }
    expect((await credentials.get()).secretId).toBe("id-3");
  });

  it("are not taken from a header that came twice: a client may have sent one", async () => {
    const credentials = createScfCredentials();
    const { fn, servers } = await startRig({ server: { credentials } });
    await enter(fn.url);
    await enter(fn.url); // The platform gave no keys, and neither did the client.
    await expect(credentials.get()).rejects.toMatchObject({ code: "unavailable" });
    const twice = { ...Object.fromEntries(headers(1)), "x-scf-secret-id": ["id-1", "id-2"] };
    const socket = connect(servers[0]?.port ?? 0, "127.0.0.1");
    const lines = Object.entries(twice).flatMap(([name, values]) =>
      [values].flat().map((value) => `${name}: ${value}\r\n`),
    );
    socket.end(`GET /health HTTP/1.1\r\nHost: function\r\n${lines.join("")}\r\n`);
    expect(String((await once(socket, "data"))[0])).toContain("200 OK");
    socket.destroy();
    await expect(credentials.get()).rejects.toMatchObject({ code: "unavailable" });
  });
});

function names(number: number): [string, string][] {
  return [
    ["secretId", `id-${number}`],
    ["secretKey", `key-${number}`],
    ["sessionToken", `token-${number}`],
  ];
}
