import { describe, expect, it } from "vitest";
import { type Action, RejectedError, UnavailableError } from "../src/index.ts";
import { type Changes, createChat, say } from "./chats.ts";
import { createRig } from "./rig.ts";

const ALL: Action[] = ["join", "resume", "publish", "signal", "history"];

/** A member of the lobby, and what it may not do from now on. */
async function start(changes: Changes = {}) {
  const denied = new Set<Action>();
  const asked: object[] = [];
  const rig = createRig(
    createChat({
      authorize: ({ action, room, user, event }) => {
        asked.push({ action, room, user: user.userId, ...(event ? { event } : {}) });
        return !denied.has(action);
      },
      ...changes,
    }),
  );
  const { frames } = await rig.enter("ada", "lobby");
  await rig.enter("bob", "lobby");
  const epoch = String(frames[1]?.epoch);
  asked.length = 0;
  return { ...rig, denied, asked, epoch };
}

const tries = (epoch: string): Record<Action, object> => ({
  join: { type: "join", room: "lobby" },
  resume: { type: "join", room: "lobby", epoch, seq: 0 },
  publish: say("lobby", "hi", "m1", { epoch, after: 0 }),
  signal: { type: "signal", room: "lobby", event: "typing", data: { on: true } },
  history: { type: "history", room: "lobby" },
});

describe("authorization", () => {
  it.each(ALL)("denies %s alone", async (action) => {
    const { send, denied, epoch, gateway } = await start();
    denied.add(action);
    const frames = tries(epoch);
    const codes: Partial<Record<Action, unknown>> = {};
    for (const other of ALL) {
      // Who may not join is no member afterwards, so that nothing else is possible.
      if (action !== "join" || other === "join") {
        const [answer] = (await send("ada", frames[other])).frames;
        // A resume that is refused is a join all the same, and says so.
        codes[other] = answer?.recovered === false ? "forbidden" : answer?.code;
      }
    }
    const denials = Object.entries(codes).filter(([, code]) => code !== undefined);
    expect(denials).toEqual([[action, "forbidden"]]);
    const pushed = new Set(gateway.pushed("bob").map(({ type }) => type));
    expect(pushed.has("message")).toBe(action !== "publish" && action !== "join");
    expect(pushed.has("signal")).toBe(action !== "signal" && action !== "join");
  });

  it("asks with the action, the room, the user and the event", async () => {
    const { send, asked, epoch } = await start();
    const frames = tries(epoch);
    for (const action of ALL) await send("ada", frames[action]);
    const about = { room: "lobby", user: "ada" };
    expect(asked).toEqual([
      { action: "join", ...about },
      { action: "join", ...about },
      { action: "resume", ...about },
      { action: "publish", ...about, event: "say" },
      { action: "signal", ...about, event: "typing" },
      { action: "history", ...about },
    ]);
  });

  it("joins at the head, with nothing read, who may join but not resume", async () => {
    const { send, denied, epoch } = await start();
    for (const action of ["resume", "history"] as const) denied.add(action);
    const { frames } = await send("ada", { type: "join", room: "lobby", epoch, seq: 0, last: 9 });
    expect(frames).toMatchObject([{ type: "joined", recovered: false, messages: [] }]);
  });

  it("lets who lost its position read what is still there, if it may read at all", async () => {
    for (const more of [true, false]) {
      const { send, denied } = await start();
      const { frames } = await send("ada", { type: "join", room: "lobby" });
      const [epoch, after] = [String(frames[0]?.epoch), Number(frames[0]?.head)];
      const said = { type: "publish", room: "lobby", event: "say", data: { text: "hi" } };
      await send("ada", { ...said, mid: "more", epoch, after });
      if (!more) denied.add("history");
      const again = await send("ada", { type: "join", room: "lobby", epoch: "gone", seq: 7 });
      expect(again.frames).toMatchObject([{ recovered: false, messages: [], more }]);
    }
  });

  it("evicts nobody because the application failed", async () => {
    let fails = false;
    const authorize = () => {
      if (fails) throw new Error("oops");
      return true;
    };
    const { enter, send, hub, run } = createRig(createChat({ authorize }));
    await enter("a", "lobby");
    fails = true;
    const { frames } = await send("a", { type: "join", room: "lobby" });
    expect(frames).toMatchObject([{ code: "internal" }]);
    expect(await run(hub.online("lobby"))).toBe(1);
  });

  it("checks a resume as a join too", async () => {
    const { send, denied, epoch } = await start();
    denied.add("join");
    const { frames } = await send("ada", tries(epoch).resume);
    expect(frames).toMatchObject([{ code: "forbidden" }]);
  });

  it("joins without the newest messages who may not read the history", async () => {
    const { send, denied, hub } = await start();
    await hub.publish("lobby", "say", { text: "secret" });
    denied.add("history");
    const { frames } = await send("ada", { type: "join", room: "lobby", last: 10 });
    expect(frames).toMatchObject([{ type: "joined", head: 1, messages: [] }]);
  });

  it("answers the same for a forbidden room whether or not it exists", async () => {
    const { send, denied, hub } = await start();
    await hub.publish("vault", "say", { text: "secret" });
    denied.add("join");
    const answers = [];
    for (const room of ["vault", "ghost"]) {
      const { frames } = await send("ada", { type: "join", room, last: 5 });
      answers.push({ ...frames[0], room: "" });
    }
    expect(answers[0]).toEqual(answers[1]);
  });

  it("fails closed when the application can't tell", async () => {
    for (const [error, code] of [
      [new Error("oops"), "internal"],
      ["text", "internal"],
      [new UnavailableError("acl down"), "unavailable"],
    ]) {
      const authorize = () => {
        throw error;
      };
      const { enter, problems } = createRig(createChat({ authorize }));
      const { frames } = await enter("a", "lobby");
      expect(frames).toMatchObject([{ type: "welcome" }, { code }]);
      expect(problems).toHaveLength(1);
    }
  });

  it("tells the reason of a RejectedError", async () => {
    const authorize = () => Promise.reject(new RejectedError("members_only"));
    const { enter } = createRig(createChat({ authorize }));
    const { frames } = await enter("a", "lobby");
    expect(frames[1]).toMatchObject({ code: "forbidden", reason: "members_only" });
  });

  it("ends the membership of a member who may no longer join, at the next check", async () => {
    const left: string[] = [];
    const { send, denied, hub, gateway, epoch } = await start({
      left: ({ user, why }) => void left.push(`${user.userId} ${why}`),
    });
    denied.add("join");
    const { frames } = await send("ada", tries(epoch).resume);
    expect(frames).toMatchObject([{ code: "forbidden" }]);
    await hub.publish("lobby", "say", { text: "secret" });
    expect(gateway.pushed("ada", "message")).toEqual([]);
    expect(gateway.pushed("bob", "message")).toHaveLength(1);
    expect(left).toEqual(["ada kicked"]);
    const again = await send("ada", { type: "history", room: "lobby" });
    expect(again.frames).toMatchObject([{ code: "not_joined" }]);
  });

  it("keeps everything of one room from everybody who is not in it", async () => {
    const { send, hub, gateway, quiesce, enter } = await start();
    await enter("eve", "attic");
    const { epoch } = await hub.publish("lobby", "say", { text: "secret" });
    const { frames } = await send(
      "eve",
      { type: "history", room: "lobby" },
      { type: "who", room: "lobby" },
      { type: "ping", rooms: [{ room: "lobby", epoch, seq: 0 }] },
      say("lobby", "hi", "m1", { epoch, after: 1 }),
      { type: "signal", room: "lobby", event: "typing", data: { on: true } },
    );
    expect(frames).toMatchObject([
      { code: "not_joined" },
      { code: "not_joined" },
      { type: "pong", rooms: [{ room: "lobby", joined: false }] },
      { code: "not_joined" },
      { code: "not_joined" },
    ]);
    await quiesce();
    const rooms = gateway.pushed("eve").map((frame) => ("room" in frame ? frame.room : ""));
    expect(new Set(rooms)).toEqual(new Set(["attic"]));
    expect(JSON.stringify(frames)).not.toContain("secret");
  });
});
