import { describe, expect, it } from "vitest";
import { echo, setUpPool as setUp, TIMEOUT_MS } from "./http-pool-kit.ts";
import type { SeenRequest } from "./http-scripted-server.ts";

const activeSockets = () =>
  process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;

describe.each([
  ["TLS", true],
  ["TCP", false],
])("createHttpPool over %s", (_, secure) => {
  it("sends the request as it is and keeps the connection", async () => {
    const { server, pool, send } = await setUp(echo, { secure });
    for (const name of ["a", "b", "c"]) expect(await send(name)).toBe(`200 /${name}`);
    expect(server.connections).toBe(1);
    expect(pool.open).toBe(1);
    expect(server.requests.map(({ body }) => body)).toEqual(["hi", "hi", "hi"]);
  });

  it("opens as many connections as are needed, and no more than it may", async () => {
    const held: SeenRequest[] = [];
    const { server, send } = await setUp((seen) => held.push(seen), { secure, maxSockets: 3 });
    const sent = ["a", "b", "c", "d", "e"].map((name) => send(name));
    await server.seen(3);
    expect(server.connections).toBe(3);
    for (const seen of held.splice(0)) echo(seen);
    await server.seen(5);
    for (const seen of held.splice(0)) echo(seen);
    expect(await Promise.all(sent)).toEqual(
      ["a", "b", "c", "d", "e"].map((name) => `200 /${name}`),
    );
    expect(server.connections).toBe(3);
  });

  it("never has two requests under way on one connection", async () => {
    const under = new Set<number>();
    const { send } = await setUp(
      (seen) => {
        if (under.has(seen.connection)) return seen.end();
        under.add(seen.connection);
        setImmediate(() => {
          under.delete(seen.connection);
          echo(seen);
        });
      },
      { secure },
    );
    const names = Array.from({ length: 40 }, (__, index) => `n${index}`);
    expect(await Promise.all(names.map((name) => send(name)))).toEqual(
      names.map((name) => `200 /${name}`),
    );
  });

  it("calls a kept connection that died stale, and a new one not", async () => {
    const { server, send, pool } = await setUp(
      (seen, index) => (index === 0 ? echo(seen) : seen.reset()),
      { secure },
    );
    await send();
    await expect(send()).rejects.toMatchObject({ kind: "lost", stale: true });
    await expect(send()).rejects.toMatchObject({ kind: "lost", stale: false });
    expect(server.connections).toBe(2);
    expect(pool.open).toBe(0);
  });

  it("does not call a connection stale that broke within a response", async () => {
    const { send } = await setUp(
      (seen, index) => (index === 0 ? echo(seen) : seen.end("HTTP/1.1 200 OK\r\nContent-")),
      { secure },
    );
    await send();
    await expect(send()).rejects.toMatchObject({ kind: "lost", stale: false });
  });

  it("gives a request up in time, and its connection with it", async () => {
    const { server, pool, clock, send } = await setUp(() => undefined, { secure });
    const failed = expect(send()).rejects.toMatchObject({ kind: "timeout" });
    await server.seen(1);
    await clock.advance(TIMEOUT_MS - 1);
    expect(pool.open).toBe(1);
    await clock.advance(101);
    await failed;
    expect(pool.open).toBe(0);
  });

  it("keeps no process alive with idle connections", async () => {
    const held: SeenRequest[] = [];
    const { server, send } = await setUp((seen) => held.push(seen), { secure });
    await expect.poll(activeSockets, { interval: 1, timeout: 4000 }).toBe(0); // Those of other tests are closed.
    for (let time = 1; time <= 2; time++) {
      const sent = send();
      await server.seen(time);
      expect(activeSockets()).toBe(1);
      for (const seen of held.splice(0)) echo(seen);
      await sent;
      expect(activeSockets()).toBe(0);
    }
  });

  it("keeps no process alive when the last busy connection breaks", async () => {
    const held: SeenRequest[] = [];
    const { server, send } = await setUp((seen) => held.push(seen), { secure });
    await expect.poll(activeSockets, { interval: 1, timeout: 4000 }).toBe(0);
    const sent = [send("a"), send("b")];
    await server.seen(2);
    const [first, second] = held;
    if (first) echo(first);
    const answered = await Promise.race(sent);
    expect(answered).toBe(`200 ${first?.path}`);
    second?.reset();
    await Promise.allSettled(sent);
    await expect.poll(activeSockets, { interval: 1, timeout: 4000 }).toBe(0);
  });
});
