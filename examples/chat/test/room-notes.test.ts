import { HubbubClientError } from "@hubbub/client";
import { describe, expect, it } from "vitest";
import { failureNote, resetNote } from "../page/room-notes.ts";

const now = new Date(2026, 10, 5, 14, 30).getTime();
const earlier = now - 20 * 60_000;
const trimmed = { epochChanged: false, from: 8, to: 12, oldest: 13, head: 40 };

describe("resetNote", () => {
  it("says how many messages are gone, and from when", () => {
    const note = resetNote(trimmed, earlier, now);
    expect(note).toMatch(/^5 messages between \S*2?:10.* and .*:30.* are no longer kept/);
    expect(resetNote({ ...trimmed, to: 8 }, earlier, now)).toContain("1 message between");
    expect(resetNote({ ...trimmed, to: 8 }, earlier, now)).toContain("is no longer kept");
  });

  it("names the day when it is another one", () => {
    expect(resetNote(trimmed, now - 24 * 60 * 60_000, now)).toContain("Yesterday, ");
  });

  it("does not count what can't be counted", () => {
    const other = { epochChanged: true, from: undefined, to: undefined, oldest: 1, head: 0 };
    expect(resetNote(other, earlier, now)).toMatch(/has forgotten .* may be missing here\.$/);
    expect(resetNote(other, undefined, now)).toContain("Messages before ");
    expect(resetNote(other, now, now)).toContain("Messages from about ");
  });
});

describe("failureNote", () => {
  it("gives the reason of a message that was refused", () => {
    const error = new HubbubClientError("rejected", "Please be kind.", { reason: "rude" });
    expect(failureNote(error)).toBe("Please be kind.");
  });

  it("does not call a message lost that may have arrived", () => {
    expect(failureNote(new HubbubClientError("undecided"))).toContain("not known whether");
  });
});
