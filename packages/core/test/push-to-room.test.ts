import { describe, expect, it } from "vitest";
import { createChat } from "./chats.ts";
import { createRig } from "./rig.ts";

describe("a broadcast", () => {
  it("counts whom it reached, of either protocol", async () => {
    const plain = { room: "lobby", receive: () => undefined, render: () => "text" };
    const { enter, hub, gateway } = createRig(createChat({ plain }), { groups: true });
    await enter("ada", "lobby");
    await enter("bob", "lobby");
    await hub.register({ connectionId: "p", query: { token: "pia" } });
    const { report } = await hub.publish("lobby", "say", { text: "hi" });
    expect(report).toMatchObject({ sent: 3, failed: 0, deferred: false });
    expect(gateway.received("p").texts).toEqual(["text"]);
  });
});

describe("a message to a room of several pages with plain members", () => {
  const plain = {
    room: "lobby",
    receive: () => undefined,
    render: (_message: unknown, { online }: { online: number }) => `${online} online`,
  };

  async function start(presence: object) {
    const rig = createRig(createChat({ plain, presence }), { pageSize: 2 });
    for (const id of ["p1", "p2", "p3", "p4", "p5"]) {
      await rig.hub.register({ connectionId: id, query: { token: id } });
    }
    const said = async () => {
      await rig.run(rig.hub.publish("lobby", "say", { text: "hi" }));
      const ids = ["p1", "p2", "p3", "p4", "p5"];
      return ids.map((id) => rig.gateway.received(id).texts);
    };
    return { ...rig, said };
  }

  it.each([
    ["few are listed", { maxListed: 1 }],
    ["all are listed", { maxListed: 100 }],
  ])("gets to each of them once, with how many they are, where %s", async (_name, presence) => {
    const { said } = await start(presence);
    expect(await said()).toEqual(Array(5).fill(["5 online"]));
  });
});
