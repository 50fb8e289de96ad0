import type { HubGateway } from "@hubbub/core";
import { createArrival, type Upgrade } from "./arrival.ts";
import { createHeartbeat } from "./heartbeat.ts";
import type { NodePusher } from "./node-pusher.ts";
import { createPacedTarget } from "./paced-target.ts";
import type { ResolvedOptions } from "./resolve-options.ts";
import { createSession, type Session, type SessionContext } from "./session.ts";
import { createSocketTarget } from "./socket-target.ts";
import { CLOSING, FAILED, FULL, refuseUpgrade } from "./upgrade-request.ts";
import { createWorkTracker, type WorkTracker } from "./work-tracker.ts";

/** Turns upgrade requests into sessions of a hub. */
export interface Gateway {
  readonly sessions: ReadonlySet<Session>;
  readonly tracker: WorkTracker;
  /** Takes over an upgrade request and its socket. */
  upgrade(...upgrade: Upgrade): void;
  /** From now on new clients are refused with 503. */
  refuseNew(): void;
  /** Stops what runs by itself. */
  stop(): void;
}

const OVERSIZE_FACTOR = 4; // Up to here a message is answered with `too_large`, beyond it with 1009.

/**
 * Creates a gateway without sessions.
 *
 * @param hub The hub.
 * @param pusher The pusher of this process.
 * @param options The server's options.
 * @param maxBytes How long a client's message may be.
 */
export function createGateway(
  hub: Pick<HubGateway, "register" | "transport" | "cleanup" | "touch">,
  pusher: NodePusher,
  options: ResolvedOptions,
  maxBytes: number,
): Gateway {
  const { clock, id, logger } = options.ports;
  const { traffic, closeCode } = options;
  const sessions = new Set<Session>();
  const tracker = createWorkTracker(logger);
  const heartbeat = createHeartbeat<Session>(options.pingMs);
  const shared: SessionContext = {
    ...{ hub, pusher, tracker, logger, now: clock.now },
    ...{ helloTimeoutMs: options.helloTimeoutMs, maxAgeMs: options.maxAgeMs },
    traffic,
  };
  let draining = false;
  let arriving = 0;

  const maxPayloadBytes = Math.min(
    maxBytes * OVERSIZE_FACTOR,
    traffic?.maxMessageBytes ?? Infinity,
  );
  const createTarget = (coalesces: boolean) => {
    const target = createSocketTarget(closeCode);
    return traffic ? createPacedTarget(target, { traffic, clock, coalesces }) : target;
  };
  const admission = { hub, pusher, tracker, draining: () => draining };
  const context = { ...admission, createTarget, maxPayloadBytes };
  const arrive = createArrival(context, (socket) => {
    const session = createSession(shared, socket, () => {
      sessions.delete(session);
      heartbeat.delete(session);
      tracker.changed();
    });
    sessions.add(session);
    heartbeat.add(session);
  });

  async function takeIn(upgrade: Upgrade): Promise<void> {
    const connectionId = id();
    arriving += 1;
    try {
      await arrive(connectionId, upgrade);
    } catch (error) {
      logger.error("a client could not be taken in", { error });
      pusher.remove(connectionId);
      refuseUpgrade(upgrade[1], FAILED);
    } finally {
      arriving -= 1;
    }
  }

  return {
    sessions,
    tracker,
    upgrade(...upgrade) {
      const [, socket] = upgrade;
      socket.on("error", () => socket.destroy()); // A reset before the handshake is nobody's fault.
      if (draining) refuseUpgrade(socket, CLOSING);
      else if (sessions.size + arriving >= options.maxConnections) refuseUpgrade(socket, FULL);
      else tracker.track(takeIn(upgrade));
    },
    refuseNew() {
      draining = true;
    },
    stop: heartbeat.stop,
  };
}
