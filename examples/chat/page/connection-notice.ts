import type { ClientState } from "@hubbub/client";
import { count } from "./format.ts";

/** What the banner says about the connection. */
interface Notice {
  kind: "none" | "waiting" | "back" | "lost" | "closed";
  text: string;
}

/** Turns the life of a connection into what people are told about it. */
export interface ConnectionNotice {
  readonly notice: Notice;
  /** The client's state has changed. */
  state(state: ClientState, reason?: string): void;
  /** A room was joined again. */
  recovered(count: number, complete: boolean): void;
  /** Says something once, for a while. */
  say(text: string): void;
}

const PATIENCE_MS = 500; // Shorter breaks are nobody's business.
const CATCH_UP_MS = 5000;
const BACK_MS = 9000;
const NONE: Notice = { kind: "none", text: "" };

/**
 * Creates the notice.
 *
 * @param changed Called when there is another one.
 */
export function createConnectionNotice(changed: () => void): ConnectionNotice {
  let notice = NONE;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let broken = false;
  let missed = { count: 0, complete: true };

  const show = (next: Notice, forMs?: number) => {
    clearTimeout(timer);
    notice = next;
    if (forMs !== undefined) timer = setTimeout(() => show(NONE), forMs);
    changed();
  };
  const wait = (text: string) => {
    clearTimeout(timer);
    timer = setTimeout(() => show({ kind: "waiting", text }), PATIENCE_MS);
  };

  return {
    get notice() {
      return notice;
    },
    state(state, reason) {
      if (state === "open") {
        const wasSeen = broken && notice.kind === "waiting";
        show(wasSeen ? { kind: "waiting", text: "Catching up…" } : NONE, CATCH_UP_MS);
      } else if (state === "closed") {
        show({ kind: "closed", text: reason || "The connection was closed." });
      } else if (state === "connecting") {
        wait("Connecting…");
      } else {
        wait("Reconnecting… What you write is sent when you’re back.");
        missed = { count: 0, complete: true };
        broken = true;
      }
    },
    recovered(count, complete) {
      const wasSeen = notice.kind !== "none";
      if (!broken && !wasSeen) missed = { count: 0, complete: true };
      broken = false;
      missed = { count: missed.count + count, complete: missed.complete && complete };
      if (wasSeen || missed.count || !missed.complete) show(backNotice(missed), BACK_MS);
    },
    say(text) {
      show({ kind: "back", text }, BACK_MS);
    },
  };
}

function backNotice(missed: { count: number; complete: boolean }): Notice {
  const came = missed.count ? `${count(missed.count, "message")} recovered.` : "";
  if (missed.complete)
    return { kind: "back", text: `You’re back. ${came || "Nothing was missed."}` };
  const text = `You’re back. ${came} Some messages are no longer kept by the server.`;
  return { kind: "lost", text: text.replace("  ", " ") };
}
