import { describe, expect, it } from "vitest";
import { createChat } from "./chats.ts";
import { createRig } from "./rig.ts";

const ping = (...rooms: string[]) => ({
  type: "ping",
  rooms: rooms.map((room) => ({ room, epoch: "e", seq: 0 })),
});

async function start(...joined: string[]) {
  const rig = createRig(createChat({ presence: false }), { epoch: "e" });
  await rig.enter("ada", ...joined);
  const pong = async (...named: string[]) => {
    const { frames } = await rig.send("ada", ping(...named));
    expect(frames).toHaveLength(1);
    return frames[0];
  };
  return { ...rig, pong };
}

describe("a pong", () => {
  it("names the rooms that the ping did not", async () => {
    const { pong } = await start("a", "b", "c");
    expect(await pong("b")).toMatchObject({ type: "pong", rooms: [], others: ["a", "c"] });
    expect(await pong()).toMatchObject({ others: ["a", "b", "c"] });
    expect(await pong("a", "c", "b")).not.toHaveProperty("others");
  });

  it("says of a room that was not joined that it is none, and counts it as named", async () => {
    const { pong } = await start("a");
    const rooms = [{ room: "b", joined: false }];
    expect(await pong("a", "b")).toMatchObject({ rooms });
    expect(await pong("b")).toMatchObject({ rooms, others: ["a"] });
  });

  it("tells where the log is of each room whose position differs, and of no other", async () => {
    const { pong, hub } = await start("a", "b");
    await hub.publish("b", "say", { text: "hi" });
    expect((await pong("a", "b"))?.rooms).toEqual([
      { room: "b", joined: true, epoch: "e", oldest: 1, head: 1 },
    ]);
  });
});
