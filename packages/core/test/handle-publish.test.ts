import { describe, expect, it } from "vitest";
import { UnavailableError } from "../src/index.ts";
import { createChat, say } from "./chats.ts";
import { createRig } from "./rig.ts";

describe("a publish without a position", () => {
  it("is told one, and runs no handler before it comes again with it", async () => {
    const texts: unknown[] = [];
    const on = { say: ({ data }: { data: unknown }) => void texts.push(data) };
    const { enter, send } = createRig(createChat({ on }));
    const { frames } = await enter("ada", "lobby");
    const epoch = String(frames[1]?.epoch);
    const answer = await send("ada", say("lobby", "hi", "m1"));
    expect(answer.frames).toEqual([
      { type: "reset", mid: "m1", room: "lobby", epoch, oldest: 1, head: 0 },
    ]);
    expect(texts).toEqual([]);
    await send("ada", say("lobby", "hi", "m1", { epoch, after: 0 }));
    expect(texts).toEqual([{ text: "hi" }]);
  });

  it("is refused as one with a position is", async () => {
    const { enter, send } = createRig(createChat({ authorize: ({ action }) => action === "join" }));
    await enter("ada", "lobby");
    const { frames } = await send("ada", say("lobby", "hi", "m1"));
    expect(frames).toMatchObject([{ type: "error", code: "forbidden", mid: "m1" }]);
  });
});

describe("a handler", () => {
  it("gets the mid of a publish, and none of a signal", async () => {
    const mids: unknown[] = [];
    const note = ({ mid }: { mid?: string | undefined }) => void mids.push(mid);
    const { enter, send } = createRig(createChat({ on: { say: note, typing: note } }));
    const { frames } = await enter("ada", "lobby");
    const epoch = String(frames[1]?.epoch);
    await send("ada", say("lobby", "hi", "m1", { epoch, after: 0 }));
    await send("ada", { type: "signal", room: "lobby", event: "typing", data: { on: true } });
    expect(mids).toEqual(["m1", undefined]);
  });
});

describe("what is pushed", () => {
  it.each([
    [
      { userId: "ada", name: "Ada" },
      { id: "ada", name: "Ada" },
    ],
    [{ userId: "ada" }, { id: "ada" }],
  ])("names its sender: %o", async (user, from) => {
    const rig = createRig(
      createChat({ authenticate: ({ token }) => (token === "bob" ? { userId: "bob" } : user) }),
    );
    const { frames } = await rig.enter("ada", "lobby");
    await rig.enter("bob", "lobby");
    const epoch = String(frames[1]?.epoch);
    const own = await rig.send("ada", say("lobby", "hi", "m1", { epoch, after: 0 }));
    expect(own.frames[0]).not.toHaveProperty("data");
    expect(rig.gateway.pushed("bob", "message")).toEqual([
      expect.objectContaining({ from, mid: "m1", event: "say", data: { text: "hi" }, seq: 1 }),
    ]);
    await rig.send("ada", { type: "signal", room: "lobby", event: "typing", data: { on: true } });
    expect(rig.gateway.pushed("bob", "signal")).toEqual([
      { type: "signal", room: "lobby", from, event: "typing", data: { on: true } },
    ]);
  });
});

describe("a signal", () => {
  it("is done with a report of whom it reached", async () => {
    const rig = createRig(createChat({ presence: false }));
    for (const id of ["ada", "bob", "eve"]) await rig.enter(id, "lobby");
    const signal = { type: "signal", room: "lobby", event: "typing", data: { on: true } };
    const { done } = await rig.send("ada", signal);
    expect(await rig.run(done)).toMatchObject([{ sent: 2, gone: 0, failed: 0 }]);
  });
});

describe("a fan-out that meets its deadline", () => {
  it("is left to the log where there is no queue, without a word", async () => {
    const rig = createRig(createChat({ presence: false }), { queue: undefined, concurrency: 1 });
    const { frames } = await rig.enter("ada", "lobby");
    await rig.enter("bob", "lobby");
    const position = { epoch: String(frames[1]?.epoch), after: 0 };
    const data = JSON.stringify(say("lobby", "hi", "m1", position));
    const { done } = await rig.sendRaw("ada", data, rig.clock.now());
    expect(await rig.run(done)).toMatchObject([{ seq: 1, sent: 0, deferred: true }]);
    expect(rig.problems).toEqual([]);
    expect(rig.gateway.pushed("bob", "message")).toEqual([]);
  });
});

describe("a refused retry", () => {
  it("is answered as stored to its sender alone, and only where it is the same", async () => {
    let open = true;
    const { enter, send } = createRig(
      createChat({ authorize: ({ action }) => open || action === "join" }),
    );
    const { frames } = await enter("ada", "lobby");
    await enter("bob", "lobby");
    const epoch = String(frames[1]?.epoch);
    const publish = (text: string, at: object = { epoch, after: 0 }) => ({
      type: "publish",
      room: "lobby",
      event: "say",
      data: { text },
      mid: "m1",
      ...at,
    });
    await send("ada", publish("hi"));
    open = false;
    const codes = async (id: string, frame: object) => {
      const [answer] = (await send(id, frame)).frames;
      return answer?.code ?? [answer?.type, answer?.dup];
    };
    expect(await codes("ada", publish("hi"))).toEqual(["ack", true]);
    expect(await codes("ada", publish("other"))).toBe("forbidden");
    expect(await codes("bob", publish("hi"))).toBe("forbidden");
    expect(await codes("ada", publish("hi", { epoch: "other", after: 0 }))).toBe("forbidden");
    expect(await codes("ada", publish("hi", { epoch, after: 1 }))).toBe("forbidden");
    expect(await codes("ada", publish("hi", {}))).toBe("forbidden");
  });
});

describe("a retry that the application can't judge", () => {
  it("comes again, and is not looked for meanwhile", async () => {
    let down = false;
    const authorize = () => {
      if (down) throw new UnavailableError("no answer");
      return true;
    };
    const { enter, send, meter } = createRig(createChat({ authorize }), { epoch: "e" });
    await enter("ada", "lobby");
    const publish = () => send("ada", say("lobby", "hi", "m1", { epoch: "e", after: 0 }));
    expect((await publish()).frames).toMatchObject([{ type: "ack", dup: false }]);
    down = true;
    meter.reset();
    expect((await publish()).frames).toMatchObject([{ code: "unavailable", retryable: true }]);
    expect(meter.counts().read).toBe(1); // Of the connection.
    down = false;
    expect((await publish()).frames).toMatchObject([{ type: "ack", dup: true }]);
  });
});

describe("a request", () => {
  it("asks whether its room may be published to", async () => {
    const asked: object[] = [];
    const { enter, send } = createRig(
      createChat({ authorize: ({ user: _, ...rest }) => asked.push(rest) > 0 }),
    );
    await enter("ada", "lobby");
    asked.length = 0;
    const data = { title: "a" };
    await send("ada", { type: "publish", room: "lobby", event: "rename", data, mid: "m" });
    expect(asked).toEqual([{ action: "publish", room: "lobby", event: "rename" }]);
  });
});
