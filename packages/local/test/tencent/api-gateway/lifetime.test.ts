import { describe, expect, it } from "vitest";
import { connect, createTestClock } from "../../kit.ts";
import { push, startTencent, until } from "../../tencent-kit.ts";

describe("cleanup", () => {
  it.each([
    ["a code", [1000]],
    ["a code and a reason", [4001, "bye"]],
    ["neither", []],
  ] as [string, [number?, string?]][])(
    "is invoked for a client that closes with %s",
    async (_name, how) => {
      const gateway = await startTencent();
      const { ws, closed } = await connect(gateway.url);
      const [secConnectionID] = gateway.connections();
      ws.close(...how);
      await closed;
      await until(() => gateway.events.length === 2);
      expect(gateway.events[1]).toEqual({ websocket: { action: "closing", secConnectionID } });
      expect(gateway.connections()).toEqual([]);
    },
  );

  it("is not invoked for a network that broke", async () => {
    const gateway = await startTencent();
    const { ws } = await connect(gateway.url);
    ws.terminate();
    await until(() => gateway.connections().length === 0);
    await gateway.idle();
    expect(gateway.counts.cleanup).toBe(0);
  });

  it("is not invoked for a connection that the server closed", async () => {
    const gateway = await startTencent();
    const { closed } = await connect(gateway.url);
    const [secConnectionID] = gateway.connections();
    await push(gateway, { action: "closing", secConnectionID });
    expect((await closed).code).toBe(1000);
    await gateway.idle();
    expect(gateway.counts).toMatchObject({ closings: 1, cleanup: 0 });
  });

  it("may be missing, lost, late or doubled", async () => {
    const clock = createTestClock();
    const gateway = await startTencent({ clock });
    const leave = async () => {
      const { ws, closed } = await connect(gateway.url);
      gateway.faults.invocations = (event) =>
        event.websocket.action === "closing" ? (plans.shift() ?? []) : [0];
      ws.close();
      await closed;
      await until(() => gateway.connections().length === 0);
    };
    const plans = [[], [20_000], [0, 0]];
    for (let time = 0; time < 3; time++) await leave();
    await until(() => gateway.counts.cleanup === 2);
    await clock.advance(19_999);
    expect(gateway.counts.cleanup).toBe(2);
    await clock.advance(1);
    expect(gateway.counts.cleanup).toBe(3);
  });
});

describe("the idle time-out", () => {
  it("disconnects a client that has sent nothing for the service's time-out, and tells nobody", async () => {
    const clock = createTestClock();
    const gateway = await startTencent({ clock });
    const { closed } = await connect(gateway.url);
    await clock.advance(799_999);
    expect(gateway.connections()).toHaveLength(1);
    await clock.advance(1);
    await closed;
    await gateway.idle();
    expect(gateway.counts).toMatchObject({ idle: 1, cleanup: 0 });
    expect(clock.timers).toBe(0);
  });

  it("counts from the client's last message, not from one to it", async () => {
    const clock = createTestClock();
    const gateway = await startTencent({ clock, serviceTimeoutMs: 10_000 });
    const { ws, next } = await connect(gateway.url);
    const [secConnectionID] = gateway.connections();
    await clock.advance(6000);
    ws.send("hi");
    await until(() => gateway.counts.transport === 1);
    await clock.advance(6000);
    const data = { dataType: "text", data: "hello" };
    await push(gateway, { action: "data send", secConnectionID, ...data });
    await next();
    await clock.advance(3999);
    expect(gateway.connections()).toHaveLength(1);
    await clock.advance(1);
    expect(gateway.connections()).toEqual([]);
  });
});

describe("close", () => {
  it("cuts all sockets and leaves no timer, whatever is on its way", async () => {
    const clock = createTestClock();
    const gateway = await startTencent({ clock });
    const { ws, closed } = await connect(gateway.url);
    gateway.faults.invocations = () => [5000];
    ws.send("delayed");
    await until(() => clock.timers === 2);
    await gateway.close();
    expect((await closed).code).toBe(1006);
    await gateway.idle();
    expect([clock.timers, gateway.counts.transport, gateway.connections()]).toEqual([0, 0, []]);
  });
});
