import { describe, expect, it } from "vitest";
import protocol from "../../../PROTOCOL.md?raw";
import errors from "../src/errors.ts?raw";
import { createSessionPlayer, readSession } from "./session-player.ts";

describe("PROTOCOL.md", () => {
  it("has a session that the server plays word for word", async () => {
    const lines = readSession(protocol);
    expect(lines.length).toBeGreaterThan(50);
    const player = createSessionPlayer();
    for (const { who, kind, text } of lines) {
      if (kind === "note") await player.happen(text);
      else if (kind === "sent") await player.send(who, text);
      else expect(JSON.parse(player.next(who) ?? "null"), text).toEqual(JSON.parse(text));
    }
    expect(player.rest()).toEqual({});
  });

  it("shows every frame that clients and servers know, in its session", () => {
    const types = (kind: string) =>
      readSession(protocol)
        .filter((line) => line.kind === kind)
        .flatMap(({ text }): { type: string }[] => JSON.parse(text))
        .map(({ type }) => type);
    const table = (from: string, to: string) =>
      [
        ...(protocol
          .split(from)[1]
          ?.split(to)[0]
          ?.matchAll(/^\| `(\w+)` \|/gm) ?? []),
      ].map(([, type]) => type);
    const sent = table("## 4. Client frames", "## 5.");
    const received = table("## 5. Server frames", "## 6.");
    expect(sent).toHaveLength(8);
    expect(received).toHaveLength(11);
    expect(new Set(types("sent"))).toEqual(new Set(sent));
    expect(new Set(types("received"))).toEqual(new Set(received));
  });

  it("has the very error codes that the server has", () => {
    const declared = errors.split("export type ErrorCode =")[1]?.split(";")[0] ?? "";
    const codes = [...declared.matchAll(/"(\w+)"/g)].map(([, code]) => code);
    const table = protocol.split("| code | when |")[1]?.split("| close code |")[0] ?? "";
    const documented = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(20);
    expect(new Set(documented)).toEqual(new Set(codes));
    expect(documented).toHaveLength(codes.length);
  });
});
