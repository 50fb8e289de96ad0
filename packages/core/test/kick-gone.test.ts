import { expect, it } from "vitest";
import { createChat } from "./chats.ts";
import { createRig } from "./rig.ts";

it("removes whoever turns out to be gone when it is told of being kicked out of a room", async () => {
  const { enter, run, hub, gateway, options } = createRig(createChat());
  await enter("ada", "lobby", "attic");
  gateway.answer = () => "gone";
  await run(hub.kick("ada", { room: "lobby" }));
  expect(await options.store.get("ada")).toBeUndefined();
  expect(await hub.online("attic")).toBe(0);
});
