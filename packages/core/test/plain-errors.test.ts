import { describe, expect, it } from "vitest";
import { type ErrorCode, RejectedError } from "../src/index.ts";
import { createChat } from "./chats.ts";
import { plain, startPlain } from "./plain-kit.ts";
import { createRig } from "./rig.ts";

describe("a plain client", () => {
  it.each<[string, string | Uint8Array, ErrorCode, number | undefined]>([
    ["binary", new Uint8Array([1]), "bad_frame", 1003],
    ["too long", "x".repeat(40_000), "too_large", 1009],
    ["refused by the schema", "bad", "bad_data", undefined],
    ["refused by the handler", "rude", "rejected", undefined],
    ["breaking receive", "break", "internal", undefined],
  ])("is told by renderError what is %s", async (_, data, code, closeCode) => {
    const codes: string[] = [];
    const { arrive, sendRaw } = startPlain({
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
    const rig = startPlain({
      on: { say: () => Promise.reject(new RejectedError("rude", "be kind")) },
    });
    await rig.arrive("a");
    expect((await rig.sendRaw("a", "x")).texts).toEqual(["error: be kind"]);
    const renderError = () => {
      throw new Error("oops");
    };
    const broken = startPlain({
      plain: { ...plain, renderError },
      on: { say: () => Promise.reject() },
    });
    await broken.arrive("a");
    const { texts, close } = await broken.sendRaw("a", "x");
    expect([texts, close]).toEqual([[], undefined]);
  });

  it("is answered as text when it can't be taken in again", async () => {
    const { arrive, sendRaw, hub, run } = startPlain();
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
});
