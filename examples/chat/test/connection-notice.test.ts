import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createConnectionNotice } from "../page/connection-notice.ts";

describe("createConnectionNotice", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  function start() {
    const notice = createConnectionNotice(() => {});
    notice.state("connecting");
    notice.state("open");
    return notice;
  }

  it("does not speak of a break that was short and cost nothing", () => {
    const notice = start();
    notice.state("resuming");
    vi.advanceTimersByTime(400);
    notice.state("open");
    notice.recovered(0, true);
    vi.advanceTimersByTime(10_000);
    expect(notice.notice.kind).toBe("none");
  });

  it("adds up what the rooms have recovered, then falls silent", () => {
    const notice = start();
    notice.state("resuming");
    vi.advanceTimersByTime(600);
    expect(notice.notice.kind).toBe("waiting");
    notice.state("open");
    notice.recovered(2, true);
    notice.recovered(3, true);
    expect(notice.notice).toEqual({ kind: "back", text: "You’re back. 5 messages recovered." });
    vi.advanceTimersByTime(10_000);
    expect(notice.notice.kind).toBe("none");
  });

  it("says so when one room has lost messages", () => {
    const notice = start();
    notice.state("resuming");
    notice.recovered(0, false);
    notice.recovered(1, true);
    expect(notice.notice.kind).toBe("lost");
    expect(notice.notice.text).toContain("1 message recovered. Some messages are no longer kept");
  });

  it("keeps saying that the connection was closed for good", () => {
    const notice = start();
    notice.state("closed", "unauthenticated");
    vi.advanceTimersByTime(60_000);
    expect(notice.notice).toEqual({ kind: "closed", text: "unauthenticated" });
  });
});
