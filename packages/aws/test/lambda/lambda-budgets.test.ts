import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { startDynamo } from "../dynamo/dynamo-kit.ts";
import { createChat, startLambda } from "./lambda-kit.ts";

const dynamo = await startDynamo();

describe("what an event costs, at the meter and in DynamoDB's units", { timeout: 20_000 }, () => {
  it("is no more than the design allows", async () => {
    const definition = createChat({ authenticate: ({ token }) => ({ userId: token ?? "nobody" }) });
    const { gateway, meter, handler } = await startLambda(dynamo, definition);
    const sockets: WebSocket[] = [];

    async function cost(work: () => unknown) {
      await gateway.idle();
      meter.reset();
      const from = dynamo.trace.sent.length;
      await work();
      // The gateway hears of it a moment later than the client has said it.
      await expect.poll(() => dynamo.trace.sent.length).toBeGreaterThan(from);
      await gateway.idle();
      const units = dynamo.trace.sent.slice(from).reduce((sum, { units: n = 0 }) => sum + n, 0);
      const { read, write, list, push } = meter.counts();
      return { read, write, list, push, units };
    }
    async function arrive(name: string) {
      const socket = new WebSocket(`${gateway.url}?token=${name}`, "hubbub.v1");
      sockets.push(socket);
      await once(socket, "open");
    }
    const send = (frame: object) => async () => {
      const [socket] = sockets;
      socket?.send(JSON.stringify(frame));
      if (socket) await once(socket, "message");
    };

    expect(await cost(() => arrive("ann"))).toEqual({
      read: 0,
      write: 1,
      list: 0,
      push: 0,
      units: 1,
    });
    expect(await cost(send({ type: "hello", session: "0123456789abcdef" }))).toEqual({
      read: 1,
      write: 0,
      list: 0,
      push: 1,
      units: 1,
    });
    // The connection's row; the membership's two writes and a read; where the log is.
    const join = await cost(send({ type: "join", room: "lobby" }));
    expect(join).toMatchObject({ read: 2, write: 3, list: 1, push: 1 }); // Of the writes one, once a room: the log's birth.
    for (const name of ["bob", "cid"]) {
      await arrive(name);
      const enter = async () => {
        const hello = { type: "hello", session: `0123456789abcdef-${name}` };
        const socket = sockets.at(-1);
        socket?.send(JSON.stringify([hello, { type: "join", room: "lobby" }]));
        if (socket) await once(socket, "message");
      };
      // Without the log's birth; both frames share the read of the connection's row.
      expect(await cost(enter)).toEqual({ read: 2, write: 2, list: 1, push: 1, units: 5 });
    }
    const { epoch, head } = await handler.hub.history("lobby");
    const say = (mid: string, after: number) => ({
      type: "publish",
      room: "lobby",
      event: "say",
      data: { text: "hi" },
      mid,
      epoch,
      after,
    });
    await cost(send(say("warm", head)));
    // Who speaks, the slot, the members; an ack and two members.
    expect(await cost(send(say("m1", head + 1)))).toEqual({
      read: 1,
      write: 1,
      list: 1,
      push: 3,
      units: 3,
    });
    expect(
      await cost(send({ type: "ping", rooms: [{ room: "lobby", epoch, seq: head + 2 }] })),
    ).toMatchObject({ read: 1, write: 0, push: 1 });
    expect(await cost(send({ type: "leave", room: "lobby" }))).toEqual({
      read: 1,
      write: 2,
      list: 0,
      push: 1,
      units: 3,
    });
    expect(await cost(() => sockets[1]?.close())).toEqual({
      read: 0,
      write: 2,
      list: 0,
      push: 0,
      units: 2,
    });
    for (const socket of sockets) socket.terminate();
  });
});
