import { describe, expect, it } from "vitest";
import { createTestBed } from "../../testing/src/index.ts";
import { type Changes, createChat, unlimited } from "./chats.ts";

interface StartOptions extends Pick<Changes, "plain"> {
  broadcast?: boolean;
  members?: number;
}

async function start(options: StartOptions = {}) {
  const { broadcast = false, members = 1, ...changes } = options;
  const bed = createTestBed(createChat({ limits: unlimited, ...changes }), { broadcast });
  const users = [];
  for (let n = 0; n < members; n++) users.push(await bed.connect({ token: `user-${n}` }));
  for (const user of users) await user.join("lobby");
  await bed.advance(5000);
  bed.resetRequests();
  return { bed, users, ada: users[0] as (typeof users)[0] };
}

describe("what a message costs", () => {
  it("connect: one write", async () => {
    const { bed } = await start();
    await bed.connect({ token: "eve" });
    expect(bed.requests).toMatchObject({ read: 1, write: 1, list: 0, push: 0 });
  });

  it("connect with the token in the handshake: one write", async () => {
    const { bed } = await start();
    const query = { token: "eve" };
    await bed.hub.register({ connectionId: "e", subprotocols: ["hubbub.v1"], query });
    expect(bed.requests).toMatchObject({ read: 0, write: 1 });
    await bed.hub.transport({ connectionId: "e", data: '{"type":"hello"}' });
    expect(bed.requests).toMatchObject({ read: 1, write: 1 });
  });

  it("join: two writes and one read, besides the connection's row", async () => {
    const { bed, ada } = await start();
    await ada.join("@user-0");
    expect(bed.requests).toMatchObject({ read: 2, write: 2, list: 0, push: 0 });
  });

  it("join of a room with presence: one list and a push a member, once", async () => {
    const { bed, ada } = await start({ members: 3 });
    await ada.join("attic");
    await bed.advance(5000);
    expect(bed.requests).toMatchObject({ read: 2, write: 2, list: 2, push: 1 });
  });

  it.each([1, 2, 10])(
    "publish to %i members: one write, one list, a push for each other",
    async (n) => {
      const { bed, ada } = await start({ members: n });
      await ada.publish("lobby", "say", { text: "hi" });
      const others = n - 1;
      expect(bed.requests).toMatchObject({
        read: 1,
        write: 1,
        list: 1,
        push: others,
        broadcast: 0,
      });
    },
  );

  it("publish to several pages: a list for each", async () => {
    const { bed, ada } = await start({ members: 1001 });
    await ada.publish("lobby", "say", { text: "hi" });
    expect(bed.requests).toMatchObject({ read: 1, write: 1, list: 2, push: 1000 });
  });

  it("publish where the platform broadcasts: one write, one broadcast", async () => {
    const { bed, ada } = await start({ members: 10, broadcast: true });
    await ada.publish("lobby", "say", { text: "hi" });
    expect(bed.requests).toMatchObject({ read: 1, write: 1, list: 0, push: 0, broadcast: 1 });
  });

  it("a repeated publish: no write, and nobody is pushed", async () => {
    const { bed, ada } = await start({ members: 3 });
    const { epoch } = await ada.publish("lobby", "say", { text: "hi" }, { mid: "m1" });
    bed.resetRequests();
    const frame = { type: "publish", room: "lobby", event: "say", data: { text: "hi" }, mid: "m1" };
    await ada.send(JSON.stringify({ ...frame, epoch, after: 0 }));
    expect(bed.requests).toMatchObject({ write: 0, list: 0, push: 0 });
  });

  it("leave: two writes", async () => {
    const { bed, ada } = await start({ members: 2 });
    await ada.leave("lobby");
    expect(bed.requests).toMatchObject({ read: 1, write: 2 });
  });

  it("disconnect: one write, and one for each room", async () => {
    const { bed, ada } = await start({ members: 2 });
    await ada.disconnect();
    expect(bed.requests).toMatchObject({ read: 0, write: 2 });
  });

  it("a heartbeat of a quiet room: a read of the head, and no write before half the lease", async () => {
    const { bed, ada } = await start();
    const { epoch, head } = await ada.join("lobby");
    bed.resetRequests();
    const rooms = [{ room: "lobby", epoch, seq: head }];
    await ada.send(JSON.stringify({ type: "ping", rooms }));
    expect(bed.requests).toMatchObject({ read: 2, write: 0, push: 0 });
  });

  it("who is refused: nothing", async () => {
    const bed = createTestBed(createChat({ origins: ["https://chat.example"] }));
    const event = { subprotocols: ["hubbub.v1"], query: { token: "eve" } };
    await bed.hub.register({ connectionId: "a", origin: "https://evil.example", ...event });
    expect(Object.values(bed.requests).every((count) => count === 0)).toBe(true);
  });
});

describe("where plain members are told how many are online", () => {
  it.each([
    [{ members: 3 }, { list: 1, push: 2 }],
    [{ members: 300 }, { list: 1, push: 299 }],
    [
      { members: 3, broadcast: true },
      { list: 1, broadcast: 2 },
    ],
  ])("with %o, the list of the fan-out counts them", async (options, costs) => {
    const plain = { room: "lobby", receive: () => undefined, render: () => "text" };
    const { bed, ada } = await start({ ...options, plain });
    await ada.publish("lobby", "say", { text: "hi" });
    expect(bed.requests).toMatchObject({ write: 1, ...costs });
  });
});
