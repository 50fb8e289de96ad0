import { expect, vi } from "vitest";
import { hostileIds } from "./hostile-ids.ts";
import { expectReceived, flush, messages, type PusherKit } from "./pusher-kit.ts";

const texts: readonly string[] = [
  "hello",
  '{"type":"pong","ts":1,"rooms":[]}',
  "[]",
  " leading and trailing \r\n",
  "Zoë 🦊 e\u0301 \u202e\u2028\u2029\ufeff \u0001",
  "%2F&amp;\\u0041+",
  "x".repeat(30_000),
  "é".repeat(10_000),
];

/** Sending to one connection and closing it. */
export function pusherSend(kit: PusherKit): void {
  const { define, maxBytes, reportsGone } = kit;
  const nobody = reportsGone ? ["gone"] : ["gone", "sent"];

  define("sends texts unchanged, to the connection that is meant", async () => {
    const { pusher, connect } = await kit.create();
    const [ann, bob] = [await connect(), await connect()];
    expect(ann.connectionId).not.toBe(bob.connectionId);
    for (const text of texts) expect(await pusher.send(ann.connectionId, text)).toBe("sent");
    expect(await pusher.send(bob.connectionId, "for bob")).toBe("sent");
    await expectReceived(ann, texts);
    await expectReceived(bob, ["for bob"]);
  });

  define("sends many texts at once", async () => {
    const { pusher, connect } = await kit.create();
    const clients = await Promise.all([connect(), connect(), connect()]);
    const sent = Array.from({ length: 20 }, (_, index) => `text ${index}`);
    const results = await Promise.all(
      clients.flatMap(({ connectionId }) => sent.map((text) => pusher.send(connectionId, text))),
    );
    expect(new Set(results)).toEqual(new Set(["sent"]));
    for (const client of clients) await expectReceived(client, sent);
  });

  define("answers gone for a connection that is no more, and goes on with the others", async () => {
    const { pusher, connect } = await kit.create();
    const [ann, bob] = [await connect(), await connect()];
    await ann.drop();
    for (let time = 0; time < 2; time++) {
      expect(nobody).toContain(await pusher.send(ann.connectionId, "late"));
    }
    expect(await pusher.send(bob.connectionId, "hello")).toBe("sent");
    await expectReceived(bob, ["hello"]);
    expect(ann.received()).toEqual([]);
  });

  define("answers gone for an id that never was, whatever it is made of", async () => {
    const { pusher, connect } = await kit.create();
    const client = await connect();
    for (const id of [...hostileIds, `${client.connectionId}x`, `../${client.connectionId}`]) {
      expect(nobody).toContain(await pusher.send(id, "nobody"));
      await pusher.close(id, 1000, "nobody");
    }
    await flush(pusher, [client]);
    expect(messages(client)).toEqual([]);
  });

  define("closes a connection, once or more often", async () => {
    const { pusher, connect } = await kit.create();
    const [ann, bob] = [await connect(), await connect()];
    await pusher.close(ann.connectionId, 4403, "kicked");
    await pusher.close(ann.connectionId, 4403, "kicked");
    await Promise.all([1, 2, 3].map(() => pusher.close(ann.connectionId, 1000, "")));
    if (reportsGone) {
      const send = () => pusher.send(ann.connectionId, "late");
      await vi.waitFor(async () => expect(await send()).toBe("gone"), {
        timeout: 2_000,
        interval: 5,
      });
    }
    if (ann.closed) {
      const closed = () => expect(ann.closed?.()).toEqual({ code: 4403, reason: "kicked" });
      await vi.waitFor(closed, { timeout: 2_000, interval: 5 });
    }
    await flush(pusher, [bob]);
    expect(bob.closed?.()).toBeUndefined();
  });

  define(
    "answers too-large beyond the limit, counted in bytes, and keeps the connection",
    async () => {
      const { pusher, connect } = await kit.create();
      const { connectionId, received, ...client } = await connect();
      const limit = maxBytes ?? 0;
      const largest = "x".repeat(limit);
      const multibyte = "é".repeat(Math.floor(limit / 2) + 1); // fewer characters than bytes
      expect(await pusher.send(connectionId, `${largest}x`)).toBe("too-large");
      expect(await pusher.send(connectionId, multibyte)).toBe("too-large");
      expect(await pusher.send(connectionId, largest)).toBe("sent");
      await expectReceived({ connectionId, received, ...client }, [largest]);
    },
    { skip: maxBytes === undefined },
  );
}
