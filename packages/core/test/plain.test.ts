import { describe, expect, it } from "vitest";
import { type ErrorCode, RejectedError, UnavailableError } from "../src/index.ts";
import { type Changes, createChat, createGuestChat, say } from "./chats.ts";
import { createRig, type Rig, type RigOptions } from "./rig.ts";

const plain: NonNullable<Changes["plain"]> = {
  room: "lobby",
  receive: (text) => (text === "ignore" ? undefined : { event: "say", data: { text } }),
  render: ({ data }, { online }) =>
    `${(data as { text: string }).text}(===Online people:${online}===)`,
};

function start(changes: Omit<Changes, "authenticate"> = {}, options: RigOptions = {}) {
  const rig = createRig(createGuestChat({ plain, ...changes }), options);
  return { ...rig, arrive: (...ids: string[]) => arrive(rig, ids) };
}

async function arrive(rig: Pick<Rig<never>, "hub">, ids: string[]) {
  const results = [];
  for (const connectionId of ids) {
    results.push(await rig.hub.register({ connectionId, subprotocols: [] }));
  }
  return results;
}

describe.each([{ groups: false }, { groups: true }])("plain clients, with %o", (options) => {
  it("chat as in the first serverless tutorials", async () => {
    const { arrive, sendRaw, gateway } = start({}, options);
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
    const { arrive, sendRaw, gateway, hub } = start({}, options);
    await arrive("a", "b", "c");
    await hub.cleanup({ connectionId: "c" });
    await sendRaw("a", "bye");
    expect(gateway.received("b").texts).toEqual(["bye(===Online people:2===)"]);
    expect(gateway.received("c").texts).toEqual([]);
  });

  it("share a room with clients of the protocol, each in their own language", async () => {
    const { arrive, sendRaw, send, enter, gateway } = start({}, options);
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
    const rig = createRig(createGuestChat());
    expect(await arrive(rig, ["a"])).toMatchObject([{ accepted: false, status: 400 }]);
  });

  it.each<[string, string | Uint8Array, ErrorCode, number | undefined]>([
    ["binary", new Uint8Array([1]), "bad_frame", 1003],
    ["too long", "x".repeat(40_000), "too_large", 1009],
    ["refused by the schema", "bad", "bad_data", undefined],
    ["refused by the handler", "rude", "rejected", undefined],
    ["breaking receive", "break", "internal", undefined],
  ])("is told by renderError what is %s", async (_, data, code, closeCode) => {
    const codes: string[] = [];
    const { arrive, sendRaw } = start({
      plain: {
        ...plain,
        receive(text) {
          if (text === "break") throw new Error("oops");
          const wrong = 5 as unknown as string;
          return { event: "say", data: { text: text === "bad" ? wrong : text } };
        },
        renderError: (error) => {
          codes.push(error.code);
          return `no: ${error.code}`;
        },
      },
      on: {
        say: ({ data: { text } }) => {
          if (text === "rude") throw new RejectedError("rude");
        },
      },
    });
    await arrive("a");
    const answer = await sendRaw("a", data);
    expect(answer.texts).toEqual([`no: ${code}`]);
    expect(codes).toEqual([code]);
    expect(answer.close?.code).toBe(closeCode);
  });

  it("is told errors as text by default, and nothing if the text can't be made", async () => {
    const rig = start({ on: { say: () => Promise.reject(new RejectedError("rude", "be kind")) } });
    await rig.arrive("a");
    expect((await rig.sendRaw("a", "x")).texts).toEqual(["error: be kind"]);
    const renderError = () => {
      throw new Error("oops");
    };
    const broken = start({ plain: { ...plain, renderError }, on: { say: () => Promise.reject() } });
    await broken.arrive("a");
    const { texts, close } = await broken.sendRaw("a", "x");
    expect([texts, close]).toEqual([[], undefined]);
  });

  it("says nothing that receive drops, and gets nothing that render drops", async () => {
    const { arrive, sendRaw, gateway, hub } = start({
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
    const { arrive, sendRaw, enter, gateway } = start({ plain: { ...plain, render } });
    await arrive("a", "b");
    await enter("v", "lobby");
    expect((await sendRaw("a", "hi")).texts).toEqual([]);
    expect(gateway.received("b").texts).toEqual([]);
    expect(gateway.pushed("v", "message")).toHaveLength(1);
  });

  it("whose register was lost or is late takes part all the same", async () => {
    const { arrive, sendRaw, gateway, hub } = start();
    await arrive("b");
    await sendRaw("a", "hi");
    expect(gateway.received("b").texts).toEqual(["hi(===Online people:2===)"]);
    await arrive("a");
    expect(await hub.online("lobby")).toBe(2);
    await sendRaw("b", "yo");
    expect(gateway.received("a").texts).toEqual(["yo(===Online people:2===)"]);
  });

  it("is answered as text when it can't be taken in again", async () => {
    const { arrive, sendRaw, hub, run } = start();
    await arrive("a");
    await run(hub.cleanup({ connectionId: "a" }));
    const closed = await sendRaw("a", "hi");
    expect(closed.texts).toEqual([expect.stringMatching(/^error: /)]);
    expect(closed.close?.code).toBe(4409);
    const authenticate = () => Promise.reject(new RejectedError("no_token"));
    const strict = createRig(createChat({ plain, authenticate }));
    const refused = await strict.sendRaw("a", "hi");
    expect(refused.texts).toEqual(["error: no_token"]);
    expect(refused.close?.code).toBe(4401);
  });

  it("may be forbidden its room, by whatever authorize says", async () => {
    const answers = [
      [() => false, 403],
      [() => Promise.reject(new RejectedError("members_only")), 403],
      [() => Promise.reject(new Error("oops")), 403],
      [() => Promise.reject(new UnavailableError("acl down")), 503],
    ] as const;
    for (const [authorize, status] of answers) {
      const { arrive, meter } = start({ authorize });
      expect(await arrive("a")).toMatchObject([{ accepted: false, status }]);
      expect(meter.counts().write).toBe(0);
    }
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

  it("is flooded off like anybody", async () => {
    const { arrive, sendRaw } = start();
    await arrive("a");
    let code: number | undefined;
    for (let n = 0; n < 300 && !code; n++) code = (await sendRaw("a", "ignore")).close?.code;
    expect(code).toBe(4429);
  });

  it("may send JSON, frames even, as its text", async () => {
    const { arrive, sendRaw, gateway } = start();
    await arrive("a", "b");
    await sendRaw("a", '{"type":"ping"}');
    expect(gateway.received("b").texts).toEqual(['{"type":"ping"}(===Online people:2===)']);
  });
});
