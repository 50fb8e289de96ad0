import { Buffer } from "node:buffer";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import type { TencentPushFault } from "../../../src/tencent.ts";
import { connect, createTestClock } from "../../kit.ts";
import { push, startTencent, until } from "../../tencent-kit.ts";

const OK = { status: 200, body: { errNo: 0, errMsg: "ok" } };
const text = (secConnectionID: string | undefined, data = "hello") => ({
  ...{ action: "data send", secConnectionID, dataType: "text", data },
});

async function withClient() {
  const gateway = await startTencent();
  const client = await connect(gateway.url);
  const [id = ""] = gateway.connections();
  return { gateway, id, ...client };
}

describe("the push URL", () => {
  it("looks like an internal domain", async () => {
    const { pushUrl } = await startTencent();
    expect(pushUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api-[0-9a-f]{8}$/);
  });

  it("sends text and binary", async () => {
    const { gateway, id, ws, next } = await withClient();
    expect(await push(gateway, text(id, "hé"))).toEqual(OK);
    expect(await next()).toBe("hé");
    const message = once(ws, "message");
    await push(gateway, { ...text(id, "AAEC/w=="), dataType: "binary" });
    expect(await message).toEqual([Buffer.from([0, 1, 2, 255]), true]);
    expect(gateway.counts).toMatchObject({ pushes: 2, pushErrors: 0 });
  });

  it("answers an errNo for whom it does not know", async () => {
    const { gateway, id, ws, closed } = await withClient();
    ws.close();
    await closed;
    await until(() => gateway.connections().length === 0);
    for (const unknown of [id, "", "never==", `${id}x`]) {
      const { status, body } = await push(gateway, text(unknown));
      expect([status, Object(body).errNo]).toEqual([200, 1]);
      expect(
        Object((await push(gateway, { action: "closing", secConnectionID: unknown })).body).errNo,
      ).toBe(1);
    }
    expect(gateway.counts).toMatchObject({ pushes: 0, closings: 0, pushErrors: 8 });
  });

  it.each(["/a+b/==", "//==", "../x", "a b%2F"])("knows the connection %j", async (id) => {
    const gateway = await startTencent({ createId: () => id });
    const { next } = await connect(gateway.url);
    expect(await push(gateway, text(id))).toEqual(OK);
    expect(await next()).toBe("hello");
  });

  it.each([
    ["no websocket", undefined],
    ["an unknown action", { ...text("x"), action: "data recv" }],
    ["no id", { action: "closing" }],
    ["an unknown dataType", { ...text("x"), dataType: "json" }],
    ["data that are no text", { ...text("x"), data: 1 }],
  ])("refuses %s", async (_name, websocket) => {
    const { body } = await push(await startTencent(), Object(websocket));
    expect(Object(body).errNo).toBe(2);
  });

  it("refuses other paths, methods and what is no JSON", async () => {
    const { pushUrl } = await startTencent();
    const post = (url: string, body: string) => fetch(url, { method: "POST", body });
    expect((await post(`${pushUrl}/`, "{}")).status).toBe(404);
    expect((await fetch(pushUrl)).status).toBe(404);
    expect(await (await post(pushUrl, "{")).json()).toMatchObject({ errNo: 2 });
  });

  it.each<[NonNullable<TencentPushFault["error"]>, number, object | string]>([
    ["refused", 200, { errNo: 3, errMsg: "refused" }],
    ["not-found", 404, "Not Found"],
    ["forbidden", 403, "Forbidden"],
    ["foreign", 200, expect.stringContaining("<!doctype html>")],
  ])("answers with the fault %s on demand and keeps the client", async (error, status, body) => {
    const { gateway, id, next } = await withClient();
    gateway.faults.pushes = () => ({ error });
    expect(await push(gateway, text(id))).toEqual({ status, body });
    gateway.faults.pushes = () => ({ error, afterEffect: true });
    expect(await push(gateway, text(id, "arrived"))).toEqual({ status, body });
    expect(await next()).toBe("arrived");
    expect(gateway.counts.pushErrors).toBe(2);
  });

  it("cuts the client off, too, when it answers 500", async () => {
    const { gateway, id, closed } = await withClient();
    gateway.faults.pushes = () => ({ error: "system" });
    expect((await push(gateway, text(id))).status).toBe(500);
    expect((await closed).code).toBe(1006);
    await gateway.idle();
    expect(gateway.counts).toMatchObject({ cuts: 1, cleanup: 0 });
  });

  it("loses its answer, or never gives one, on demand", async () => {
    const { gateway, id, next } = await withClient();
    gateway.faults.pushes = () => ({ error: "cut", afterEffect: true });
    await expect(push(gateway, text(id))).rejects.toThrow();
    expect(await next()).toBe("hello");
    gateway.faults.pushes = () => ({ error: "hang" });
    const hanging = push(gateway, text(id)).catch(() => "ended");
    await until(() => gateway.counts.pushErrors === 2);
    expect(gateway.counts.pushes).toBe(1);
    await gateway.close();
    expect(await hanging).toBe("ended");
  });

  it("takes its time on demand", async () => {
    const clock = createTestClock();
    const gateway = await startTencent({ clock, latency: { pushMs: 20 } });
    const client = await connect(gateway.url);
    gateway.faults.pushes = () => ({ delayMs: 10 });
    const timers = clock.timers;
    const answer = push(gateway, text(gateway.connections()[0]));
    await until(() => clock.timers > timers);
    await clock.advance(29);
    expect(gateway.counts.pushes).toBe(0);
    await clock.advance(1);
    expect(await answer).toEqual(OK);
    expect(await client.next()).toBe("hello");
  });

  it("counts the connections that are made to it", async () => {
    const { gateway, id } = await withClient();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const post = () =>
      new Promise((resolve, reject) => {
        const posted = request(gateway.pushUrl, { method: "POST", agent }, (response) => {
          response.resume().once("end", resolve);
        });
        posted.once("error", reject).end(JSON.stringify({ websocket: text(id) }));
      });
    for (let time = 0; time < 3; time++) await post();
    expect(gateway.counts).toMatchObject({ pushes: 3, pushSockets: 1 });
  });
});
