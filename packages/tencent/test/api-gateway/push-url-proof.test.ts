import { describe, expect, it } from "vitest";
import { startPusher } from "./gateway-kit.ts";

const UNAVAILABLE = { code: "unavailable" };

describe("a push URL that may be a wrong one", () => {
  it.each(["refused", "not-found"] as const)(
    "takes nobody for gone while all it says is %s",
    async (error) => {
      const { gateway, pusher, connect, problems } = await startPusher();
      const clients = [await connect(), await connect(), await connect()];
      gateway.faults.pushes = () => ({ error });
      const sends = clients.map(({ connectionId }) => pusher.send(connectionId, "hi"));
      for (const settled of await Promise.allSettled(sends)) {
        expect(settled).toMatchObject({ status: "rejected", reason: UNAVAILABLE });
      }
      expect(problems.map(({ level }) => level)).toEqual(["error"]); // Once, not for each push.
      expect(JSON.stringify(problems)).not.toContain(gateway.pushUrl);
    },
  );

  it("waits for the pushes under way before it judges the first refusal", async () => {
    const { gateway, pusher, connect } = await startPusher();
    const [ann, bob, cem] = [await connect(), await connect(), await connect()];
    await bob.drop();
    await cem.drop();
    gateway.faults.pushes = ({ secConnectionID }) =>
      secConnectionID === ann.connectionId ? { delayMs: 50 } : undefined;
    const results = [bob, cem, ann].map(({ connectionId }) => pusher.send(connectionId, "hi"));
    expect(await Promise.all(results)).toEqual(["gone", "gone", "sent"]);
  });

  it("believes the gateway once it has accepted a push, and an HTTP status for a minute", async () => {
    let time = Date.UTC(2026, 0);
    const sleep = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));
    const clock = { now: () => time, sleep };
    const { gateway, pusher, connect } = await startPusher({ clock });
    const ann = await connect();
    expect(await pusher.send(ann.connectionId, "hi")).toBe("sent");
    time += 60_000;
    gateway.faults.pushes = () => ({ error: "not-found" });
    expect(await pusher.send("never==", "hi")).toBe("gone");
    time += 1;
    await expect(pusher.send("never==", "hi")).rejects.toMatchObject(UNAVAILABLE);
    gateway.faults.pushes = () => undefined;
    expect(await pusher.send("never==", "hi")).toBe("gone");
  });

  it("has to prove itself anew when it is another", async () => {
    const urls: string[] = [];
    const { gateway, pusher, connect } = await startPusher({
      url: () => urls[0] ?? "",
      urlTtlMs: 0,
    });
    const other = await startPusher();
    urls[0] = gateway.pushUrl;
    const ann = await connect();
    expect(await pusher.send(ann.connectionId, "hi")).toBe("sent");
    urls[0] = other.gateway.pushUrl; // Another API: it knows none of our connections.
    await new Promise((resolve) => setTimeout(resolve, 2));
    await expect(pusher.send(ann.connectionId, "hi")).rejects.toMatchObject(UNAVAILABLE);
  });

  it("is not waited for where it is known to be right", async () => {
    const { pusher, gateway, connect } = await startPusher({ urlVerified: true });
    const ann = await connect();
    gateway.faults.pushes = ({ secConnectionID }) =>
      secConnectionID === ann.connectionId ? { error: "hang" } : undefined;
    const hanging = pusher.send(ann.connectionId, "hi");
    expect(await pusher.send("never==", "hi")).toBe("gone");
    pusher.destroy();
    await expect(hanging).rejects.toMatchObject(UNAVAILABLE);
  });

  it("is needed for a 404 all the same, which may be of something before the gateway", async () => {
    const { pusher, gateway } = await startPusher({ urlVerified: true });
    gateway.faults.pushes = () => ({ error: "not-found" });
    await expect(pusher.send("any==", "hi")).rejects.toMatchObject(UNAVAILABLE);
  });
});

describe("a connection that is still being registered", () => {
  it("is throttled, not gone, for its first 10 seconds", async () => {
    let age = 9_999;
    const connectedAt = async () => Date.UTC(2026, 0) - age;
    const clock = { now: () => Date.UTC(2026, 0), sleep: () => new Promise<void>(setImmediate) };
    const { pusher, problems } = await startPusher({ urlVerified: true, clock, connectedAt });
    expect(await pusher.send("young==", "hi")).toBe("throttled");
    age = 10_000;
    expect(await pusher.send("old==", "hi")).toBe("gone");
    expect(problems).toEqual([]);
  });

  it("is not gone while its age is unknown", async () => {
    const connectedAt = () => Promise.reject(new Error("no store"));
    const { pusher, problems } = await startPusher({ urlVerified: true, connectedAt });
    expect(await pusher.send("some==", "hi")).toBe("throttled");
    expect(problems.map(({ level }) => level)).toEqual(["warn"]);
  });
});
