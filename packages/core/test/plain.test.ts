import { describe, expect, it } from "vitest";
import { RejectedError, UnavailableError } from "../src/index.ts";
import { createChat, createGuestChat, say } from "./chats.ts";
import { plain, startPlain } from "./plain-kit.ts";
import { createRig } from "./rig.ts";

describe.each([{ groups: false }, { groups: true }])("plain clients, with %o", (options) => {
  it("chat as in the first serverless tutorials", async () => {
    const { arrive, sendRaw, gateway } = startPlain({}, options);
    expect(await arrive("a", "b")).toMatchObject([
      { accepted: true, subprotocol: undefined },
      { accepted: true },
    ]);
    const { texts } = await sendRaw("a", "hi");
    expect(texts).toEqual([]);
    expect(gateway.received("b").texts).toEqual(["hi(===Online people:2===)"]);
    expect(gateway.received("a").texts).toEqual([]);
  });

  it("are counted right directly after one has left", async () => {
    const { arrive, sendRaw, gateway, hub } = startPlain({}, options);
    await arrive("a", "b", "c");
    await hub.cleanup({ connectionId: "c" });
    await sendRaw("a", "bye");
    expect(gateway.received("b").texts).toEqual(["bye(===Online people:2===)"]);
    expect(gateway.received("c").texts).toEqual([]);
  });

  it("share a room with clients of the protocol, each in their own language", async () => {
    const { arrive, sendRaw, send, enter, gateway } = startPlain({}, options);
    await arrive("a", "b");
    const { frames } = await enter("v", "lobby");
    const epoch = String(frames[1]?.epoch);
    await sendRaw("a", "hi");
    expect(gateway.pushed("v", "message")).toMatchObject([{ event: "say", data: { text: "hi" } }]);
    expect(gateway.received("b").texts).toEqual(["hi(===Online people:3===)"]);
    await send("v", say("lobby", "yo", "m1", { epoch, after: 1 }));
    const signal = { type: "signal", room: "lobby", event: "typing", data: { on: true } };
    await send("v", signal);
    expect(gateway.received("a").texts).toEqual(["yo(===Online people:3===)"]);
    expect(gateway.received("b").texts).toHaveLength(2);
    expect(gateway.pushed("v", "message")).toHaveLength(1);
  });
});

describe("a plain client", () => {
  it("is refused where the chat serves none", async () => {
    const { hub } = createRig(createGuestChat());
    const result = await hub.register({ connectionId: "a", subprotocols: [] });
    expect(result).toMatchObject({ accepted: false, status: 400 });
  });

  it("says nothing that receive drops, and gets nothing that render drops", async () => {
    const { arrive, sendRaw, gateway, hub } = startPlain({
      plain: { ...plain, render: ({ data }) => (data as { text: string }).text || undefined },
    });
    await arrive("a", "b");
    expect((await sendRaw("a", "ignore")).texts).toEqual([]);
    await hub.publish("lobby", "say", { text: "" });
    expect(gateway.received("b").texts).toEqual([]);
  });

  it("whose render throws gets nothing, and others are not kept from the message", async () => {
    const render = () => {
      throw new Error("oops");
    };
    const { arrive, sendRaw, enter, gateway } = startPlain({ plain: { ...plain, render } });
    await arrive("a", "b");
    await enter("v", "lobby");
    expect((await sendRaw("a", "hi")).texts).toEqual([]);
    expect(gateway.received("b").texts).toEqual([]);
    expect(gateway.pushed("v", "message")).toHaveLength(1);
  });

  it("whose register was lost or is late takes part all the same", async () => {
    const { arrive, sendRaw, gateway, hub } = startPlain();
    await arrive("b");
    await sendRaw("a", "hi");
    expect(gateway.received("b").texts).toEqual(["hi(===Online people:2===)"]);
    await arrive("a");
    expect(await hub.online("lobby")).toBe(2);
    await sendRaw("b", "yo");
    expect(gateway.received("a").texts).toEqual(["yo(===Online people:2===)"]);
  });

  it("may be forbidden its room, by whatever authorize says", async () => {
    const answers = [
      [() => false, 403],
      [() => Promise.reject(new RejectedError("members_only")), 403],
      [() => Promise.reject(new Error("oops")), 503],
      [() => Promise.reject(new UnavailableError("acl down")), 503],
    ] as const;
    for (const [authorize, status] of answers) {
      const { arrive, meter } = startPlain({ authorize });
      expect(await arrive("a")).toMatchObject([{ accepted: false, status }]);
      expect(meter.counts().write).toBe(0);
    }
  });

  it("is not taken in that was closed while it came", async () => {
    const { hub, faults, clock } = createRig(createChat({ plain }));
    const release = faults.hold("store.join");
    const arriving = hub.register({ connectionId: "a", query: { token: "ada" } });
    await clock.advance(0);
    expect(faults.calls).toContain("store.join");
    await hub.cleanup({ connectionId: "a" });
    release();
    expect(await arriving).toMatchObject({ accepted: false, status: 503, code: "unavailable" });
  });

  it("lives in the room that the definition finds for it", async () => {
    const room = ({ user }: { user: { userId: string } }) => `room-of-${user.userId}`;
    const rig = createRig(createChat({ plain: { ...plain, room } }));
    const query = { token: "ada" };
    const result = await rig.hub.register({ connectionId: "a", query });
    expect(result).toMatchObject({ connection: { rooms: ["room-of-ada"] } });
    const bad = createRig(createChat({ plain: { ...plain, room: () => "\ud800" } }));
    expect(await bad.hub.register({ connectionId: "a", query })).toMatchObject({ status: 400 });
  });

  it("is kicked without a bye, out of the hub or out of its room", async () => {
    for (const options of [{}, { room: "lobby" }]) {
      const rig = createRig(createChat({ plain }));
      await rig.hub.register({ connectionId: "a", query: { token: "ada" } });
      expect(await rig.run(rig.hub.kick("ada", options))).toBe(1);
      expect(rig.gateway.received("a")).toEqual({
        texts: [],
        closed: { code: 4403, reason: "kicked" },
      });
    }
  });

  it("says nothing once it is in no room any more", async () => {
    const { arrive, sendRaw, gateway, options, problems } = startPlain();
    await arrive("a", "b");
    await options.store.leave("a", "lobby");
    expect((await sendRaw("a", "hi")).texts).toEqual([]);
    expect(gateway.received("b").texts).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("is flooded off like anybody", async () => {
    const { arrive, sendRaw } = startPlain();
    await arrive("a");
    let code: number | undefined;
    for (let n = 0; n < 300 && !code; n++) code = (await sendRaw("a", "ignore")).close?.code;
    expect(code).toBe(4429);
  });

  it("may send JSON, frames even, as its text", async () => {
    const { arrive, sendRaw, gateway } = startPlain();
    await arrive("a", "b");
    await sendRaw("a", '{"type":"ping"}');
    expect(gateway.received("b").texts).toEqual(['{"type":"ping"}(===Online people:2===)']);
  });
});
