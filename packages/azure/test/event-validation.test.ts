import { describe, expect, it } from "vitest";
import { createChat, startHandler } from "./event-kit.ts";
import { HOST } from "./events.ts";

describe("validation", () => {
  const ask = (origin: string | undefined, method = "OPTIONS") =>
    new Request("https://app.example/api/chat/validate", {
      method,
      headers: { "ce-awpsversion": "1.0", ...(origin && { "WebHook-Request-Origin": origin }) },
    });

  it.each(["OPTIONS", "GET"])("names the origin that asked, by %s", async (method) => {
    const response = await startHandler().handler(ask(HOST, method));
    expect(response.status).toBe(200);
    expect(response.headers.get("WebHook-Allowed-Origin")).toBe(HOST);
  });

  it("finds its own among several, whatever their case", async () => {
    const { handler } = startHandler();
    const several = `replica.webpubsub.azure.com , ${HOST.toUpperCase()}`;
    const response = await handler(ask(several));
    expect(response.headers.get("WebHook-Allowed-Origin")).toBe(HOST.toUpperCase());
  });

  it("takes the origins of replicas and custom domains from its options", async () => {
    const allowedOrigins = ["Chat.Example", HOST];
    const { handler, instance } = startHandler(createChat(), { allowedOrigins });
    const [first, second] = [
      await handler(ask("chat.example")),
      await handler(ask("evil.example")),
    ];
    expect(first.headers.get("WebHook-Allowed-Origin")).toBe("chat.example");
    expect([second.status, second.headers.get("WebHook-Allowed-Origin")]).toEqual([403, null]);
    const any = await instance({ allowedOrigins: ["*"] })(ask("evil.example"));
    expect(any.headers.get("WebHook-Allowed-Origin")).toBe("*");
  });

  it.each([
    [`evil-${HOST}`, 403],
    [`${HOST}.evil.example`, 403],
    ["*", 403],
    ["", 400],
    [undefined, 400],
  ])("refuses the origin %j", async (origin, status) => {
    const response = await startHandler().handler(ask(origin));
    expect(response.status).toBe(status);
    expect(response.headers.has("WebHook-Allowed-Origin")).toBe(false);
  });

  it("knows no other method", async () => {
    const { handler } = startHandler();
    expect((await handler(ask(HOST, "PUT"))).status).toBe(405);
    expect((await handler(ask(HOST, "DELETE"))).status).toBe(405);
  });
});
