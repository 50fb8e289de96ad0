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

it("kicks the others of a user where a connection has ended meanwhile", async () => {
  const { enter, run, hub, options } = createRig(createChat());
  await enter("ada", "lobby");
  const { connectionsOf } = options.store;
  options.store.connectionsOf = async (userId) => ["ended", ...(await connectionsOf(userId))];
  expect(await run(hub.kick("ada"))).toBe(1);
});

it("logs that a group could not be left, and goes on with the next", async () => {
  const { enter, run, hub, faults, problems } = createRig(createChat(), { groups: true });
  await enter("ada", "lobby", "attic");
  faults.fail("groups.leave", "before");
  expect(await run(hub.kick("ada"))).toBe(1);
  expect(faults.calls.filter((call) => call === "groups.leave")).toHaveLength(2);
  expect(problems).toMatchObject([{ level: "error", message: "leaving a group failed" }]);
});

it("says why somebody left: kicked out of a room, or gone when it was to be told", async () => {
  const left: string[] = [];
  const { enter, run, hub, gateway } = createRig(
    createChat({ left: ({ room, why }) => void left.push(`${room} ${why}`) }),
  );
  await enter("ada", "lobby", "attic");
  await run(hub.kick("ada", { room: "lobby" }));
  gateway.answer = () => "gone";
  await run(hub.kick("ada", { room: "attic" }));
  await enter("bob", "lobby", "attic");
  await run(hub.kick("bob", { room: "lobby" }));
  expect(left).toEqual(["lobby kicked", "attic kicked", "lobby kicked", "attic gone"]);
});

it("neither counts nor tells who has left between being found and being closed", async () => {
  const { enter, run, hub, gateway, options } = createRig(createChat());
  await enter("ada", "lobby");
  const { close } = options.store;
  options.store.close = async (connectionId) => {
    await close(connectionId);
    return close(connectionId);
  };
  expect(await run(hub.kick("ada"))).toBe(0);
  expect(gateway.pushed("ada", "bye")).toEqual([]);
});

it("logs why a dead connection could not be removed", async () => {
  const { enter, run, hub, gateway, faults, problems } = createRig(createChat());
  await enter("ada", "lobby");
  gateway.answer = () => "gone";
  const error = new Error("down");
  faults.fail("store.close", "before", error);
  await run(hub.publish("lobby", "say", { text: "hi" }));
  expect(problems).toEqual([{ level: "warn", message: expect.any(String), details: { error } }]);
});
