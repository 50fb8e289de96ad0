import { describe, expect, it, vi } from "vitest";
import { createChat, startHandler } from "./event-kit.ts";
import type { EventChanges } from "./events.ts";

const status = async (kit: Kit, changes: EventChanges, handler = kit.handler) =>
  (await handler(kit.event(changes))).status;
type Kit = ReturnType<typeof startHandler>;

describe("a captured signature", () => {
  const url = "https://app.example/api/chat/message?code=function-key";
  const forged = { id: 999, body: JSON.stringify({ type: "ping" }) };

  it("is enough for a new event if there is no second factor: it covers the connection id alone", async () => {
    expect(await status(startHandler(), forged)).toBe(200);
  });

  it("is not enough beside a code", async () => {
    const kit = startHandler(createChat(), { code: ["function-key", "its successor"] });
    expect(await status(kit, { ...forged, url })).toBe(200);
    for (const wrong of [
      "",
      "?code=",
      "?code=function-kez",
      "?code=x&code=function-key",
      "?Code=function-key",
    ]) {
      const other = `https://app.example/api/chat/message${wrong}`;
      expect(await status(kit, { ...forged, url: other })).toBe(401);
    }
    const validation = (query: string) =>
      kit.handler(
        new Request(`https://app.example/api/chat/validate${query}`, {
          method: "OPTIONS",
          headers: { "WebHook-Request-Origin": "chat.webpubsub.azure.com" },
        }),
      );
    expect((await validation("")).status).toBe(401);
    expect((await validation("?code=its%20successor")).status).toBe(200);
  });

  it("is not enough beside a hook, of which only true is a yes", async () => {
    const verify = vi
      .fn()
      .mockResolvedValueOnce(true)
      .mockResolvedValueOnce(undefined as never);
    const kit = startHandler(createChat(), { verify: verify.mockReturnValueOnce(1 as never) });
    const statuses = [];
    for (let n = 0; n < 3; n++) statuses.push(await status(kit, { ...forged, id: n }));
    expect(statuses.sort()).toEqual([200, 401, 401]);
  });

  it("waits where the hook fails: the service comes again", async () => {
    const verify = () => Promise.reject(new Error("Bearer canary"));
    const kit = startHandler(createChat(), { verify });
    expect(await status(kit, forged)).toBe(503);
    expect(JSON.stringify(kit.problems)).not.toContain("canary");
  });

  it("is none where the resource has no keys, and the hook alone decides", async () => {
    const verify = (request: { headers: { get(name: string): string | null } }) =>
      request.headers.get("authorization") === "Bearer good";
    const kit = startHandler(createChat(), {
      ...{ connectionString: undefined, endpoint: "https://chat.webpubsub.azure.com", verify },
    });
    const headers = { "ce-signature": undefined };
    expect(await status(kit, { ...forged, headers })).toBe(401);
    expect(
      await status(kit, { ...forged, headers: { ...headers, authorization: "Bearer good" } }),
    ).toBe(200);
  });
});
