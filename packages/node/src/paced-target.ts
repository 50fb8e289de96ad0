import { Buffer } from "node:buffer";
import type { Clock } from "@hubbub/core";
import type { TrafficLimits } from "./server-options.ts";
import type { SocketTarget } from "./socket-target.ts";
import { encodeTextFrame } from "./text-frames.ts";
import { createTrafficWindow } from "./traffic-window.ts";
import { createWaitingTexts } from "./waiting-texts.ts";

/** How a socket is paced. */
export interface PacedTargetOptions {
  traffic: TrafficLimits;
  clock: Clock;
  /** True for `hubbub.v1`, where what waits may leave as one message. */
  coalesces: boolean;
}

const WINDOW_MS = 1050; // The network may bring messages closer together than they left.
const MAX_WAITING_SECONDS = 10; // What can't be merged would come later and later.
const LAST_WORDS_MS = 1000;

/**
 * Puts a queue before a target, so that no more leaves than the platform lets through. What waits for a
 * client of `hubbub.v1` leaves as one message. Texts of a plain one leave one by one; if more of them
 * wait than pass in ten seconds, it counts as a client that reads too slowly.
 *
 * @param inner The target of the socket.
 * @param options What the platform lets through.
 */
export function createPacedTarget(inner: SocketTarget, options: PacedTargetOptions): SocketTarget {
  const { traffic, clock, coalesces } = options;
  const { maxMessageBytes, messagesPerSecond } = traffic;
  const window = createTrafficWindow(traffic, {
    now: clock.now,
    windowMs: WINDOW_MS,
    evenly: true,
  });
  const maxTexts = coalesces ? Infinity : messagesPerSecond * MAX_WAITING_SECONDS;
  const waiting = createWaitingTexts(coalesces);
  let pumping = false;
  let closing: { code: number; reason: string } | undefined;

  const buffered = () => waiting.bytes() + inner.buffered();

  async function pump(): Promise<void> {
    pumping = true;
    for (let first = waiting.firstBytes(); first !== undefined; first = waiting.firstBytes()) {
      const waitMs = window.waitMs(first);
      if (waitMs > 0) await clock.sleep(Math.ceil(waitMs));
      else leave(waiting.take(Math.min(maxMessageBytes, window.room())));
    }
    pumping = false;
    if (closing) inner.close(closing.code, closing.reason);
  }

  function leave(text: string): void {
    window.count(Buffer.byteLength(text));
    inner.write({ texts: [text], bytes: encodeTextFrame(text) }, Infinity);
  }

  return {
    buffered,
    write({ texts }, maxBufferedBytes) {
      if (closing) return true;
      if (buffered() > maxBufferedBytes || waiting.count() + texts.length > maxTexts) return false;
      waiting.add(texts);
      if (!pumping) void pump();
      return true;
    },
    close(code, reason) {
      if (closing) return;
      closing = { code, reason };
      if (!pumping) inner.close(code, reason);
      else void clock.sleep(LAST_WORDS_MS).then(waiting.clear);
    },
    open(ws, socket) {
      ws.once("close", waiting.clear);
      inner.open(ws, socket);
    },
  };
}
