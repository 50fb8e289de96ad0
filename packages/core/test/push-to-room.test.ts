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
