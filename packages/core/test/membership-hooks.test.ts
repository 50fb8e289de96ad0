import { describe, expect, it } from "vitest";
import { type Changes, createChat } from "./chats.ts";
import { createRig } from "./rig.ts";

async function start(changes: Changes = {}) {
  const rig = createRig(createChat(changes));
  const { frames } = await rig.enter("ada", "lobby");
  await rig.enter("bob", "lobby");
  const epoch = String(frames[1]?.epoch);
  return { ...rig, epoch };
}

const throwing = (error: unknown) => () => {
  throw error;
};

describe("membership hooks", () => {
  it("that throw are logged, and stop nothing", async () => {
    const { send, hub, problems, quiesce } = await start({
      joined: throwing(new Error("oops")),
      left: () => Promise.reject(new Error("oops")),
    });
    expect((await send("ada", { type: "leave", id: "l", room: "lobby" })).frames).toEqual([
      { type: "ack", id: "l", room: "lobby" },
    ]);
    await hub.cleanup({ connectionId: "bob" });
    await quiesce();
    expect(await hub.online("lobby")).toBe(0);
    expect(problems.map(({ level }) => level)).toEqual(["error", "error", "error", "error"]);
  });

  it("say who joined and left, once for each, and why", async () => {
    const log: string[] = [];
    const { send, hub, epoch, run, quiesce } = await start({
      joined: ({ user, resumed }) => void log.push(`${user.userId} ${resumed ? "back" : "in"}`),
      left: ({ user, why }) => void log.push(`${user.userId} ${why}`),
    });
    await send("ada", { type: "join", room: "lobby" });
    await send("ada", { type: "leave", room: "lobby" });
    await send("ada", { type: "leave", room: "lobby" });
    await send("ada", { type: "join", room: "lobby", epoch, seq: 0 });
    await hub.cleanup({ connectionId: "ada" });
    await hub.cleanup({ connectionId: "ada" });
    await run(hub.kick("bob"));
    await quiesce();
    expect(log).toEqual([
      "ada in",
      "bob in",
      "ada left",
      "ada back",
      "ada disconnected",
      "bob kicked",
    ]);
  });

  it("are finished by done, with whatever they began and did not wait for", async () => {
    const { send, gateway, clock } = await start({
      joined: ({ hub, user }) => {
        hub.publish("lobby", "say", { text: `hello ${user.userId}` }).catch(() => {});
      },
      on: {
        say: ({ hub }) => {
          hub.signal("lobby", "typing", { on: false }).catch(() => {});
        },
      },
    });
    const { done } = await send("ada", { type: "join", room: "attic" });
    let settled = false;
    done.then(
      () => {
        settled = true;
      },
      () => {},
    );
    await clock.advance(2000);
    expect(settled).toBe(true);
    const texts = gateway.pushed("bob", "message").map(({ data }) => data);
    expect(texts).toContainEqual({ text: "hello ada" });
  });

  it("may begin more after a while, and done waits for that too", async () => {
    const { send, gateway, clock, run } = await start({
      presence: false,
      joined: async ({ hub, room, user }) => {
        await clock.sleep(100);
        hub.publish("lobby", "say", { text: `${user.userId} is in ${room}` }).catch(() => {});
      },
    });
    await clock.advance(1000);
    gateway.answer = () => clock.sleep(500).then((): "sent" => "sent");
    const { done } = await send("ada", { type: "join", room: "attic" });
    await run(done);
    const texts = gateway.pushed("bob", "message").map(({ data }) => data);
    expect(texts).toContainEqual({ text: "ada is in attic" });
  });

  it("are not called for a join that no broadcast would reach, but for the one that works", async () => {
    const log: string[] = [];
    const joined: Changes["joined"] = ({ user }) => void log.push(user.userId);
    const { enter, send, faults, hub } = createRig(createChat({ joined }), { groups: true });
    faults.fail("groups.join", "before");
    await enter("ada", "lobby");
    expect([log, await hub.online("lobby")]).toEqual([[], 0]);
    await send("ada", { type: "join", room: "lobby" });
    expect([log, await hub.online("lobby")]).toEqual([["ada"], 1]);
  });
});
