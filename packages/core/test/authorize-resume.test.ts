import { describe, expect, it } from "vitest";
import { createChat } from "./chats.ts";
import { createRig } from "./rig.ts";

describe("who resumes", () => {
  it("asks for no history where a new log is empty", async () => {
    const asked: string[] = [];
    const authorize = ({ action }: { action: string }) => asked.push(action) > 0;
    const { enter, send } = createRig(createChat({ authorize }));
    await enter("ada");
    const { frames } = await send("ada", { type: "join", room: "lobby", epoch: "gone", seq: 7 });
    expect(frames).toMatchObject([{ recovered: false, messages: [], more: false }]);
    expect(asked).toEqual(["join", "resume"]);
  });

  it("lets nobody in as one who may not resume because the application failed", async () => {
    const authorize = ({ action }: { action: string }) => {
      if (action === "resume") throw new Error("oops");
      return true;
    };
    const { enter, send, hub, run } = createRig(createChat({ authorize }));
    await enter("ada");
    const { frames } = await send("ada", { type: "join", room: "lobby", epoch: "e", seq: 0 });
    expect(frames).toMatchObject([{ code: "internal" }]);
    expect(await run(hub.online("lobby"))).toBe(0);
  });
});
