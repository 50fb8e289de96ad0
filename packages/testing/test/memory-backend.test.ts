import {
  createMemoryConnectionStore,
  createMemoryPusher,
  createMemoryRoomLog,
  type MemoryPusher,
} from "@hubbub/core/memory";
import { describe } from "vitest";
import { connectionStoreContract } from "../src/connection-store-contract.ts";
import { createContractClock } from "../src/contract-clock.ts";
import type { PushedConnection } from "../src/contracts/pusher-kit.ts";
import { createCountingMeter } from "../src/counting-meter.ts";
import { pusherContract } from "../src/pusher-contract.ts";
import { roomLogContract } from "../src/room-log-contract.ts";
import { createMemoryLogs } from "./memory-slots.ts";
import { createTestRandom } from "./test-random.ts";

describe("createMemoryConnectionStore", () => {
  const clock = createContractClock();
  const meter = createCountingMeter();
  connectionStoreContract({
    createStore: () => createMemoryConnectionStore({ clock, meter }),
    now: clock.now,
    advance: clock.advance,
    counts: meter.counts,
  });
});

describe("createMemoryRoomLog", () => {
  const clock = createContractClock();
  const meter = createCountingMeter();
  let ids = 0;
  const id = () => `epoch-${ids++}`;
  roomLogContract({
    createLog: (retention) =>
      createMemoryRoomLog({ clock, meter, id, random: createTestRandom(), retention }),
    now: clock.now,
    advance: clock.advance,
    counts: meter.counts,
  });
});

describe("createSlotRoomLog, several instances on one backend that can fail", () => {
  const { clock, meter, createLog, reopen, failNext, hideNext } = createMemoryLogs();
  roomLogContract({
    createLog,
    reopen,
    failNext,
    hideNext,
    now: clock.now,
    advance: clock.advance,
    counts: meter.counts,
  });
});

describe.each([{ groups: false }, { groups: true }])("createMemoryPusher, %o", (options) => {
  let connections = 0;
  pusherContract({
    createPusher() {
      const pusher = createMemoryPusher(options);
      return { pusher, connect: async () => connectTo(pusher, `connection-${++connections}`) };
    },
  });
});

function connectTo(pusher: MemoryPusher, connectionId: string): PushedConnection {
  const inbox: string[] = [];
  let closed: { code: number; reason: string } | undefined;
  const drop = pusher.attach(connectionId, {
    receive(text) {
      inbox.push(text);
      return "sent";
    },
    close: (code, reason) => {
      closed = { code, reason };
    },
  });
  return { connectionId, received: () => inbox, drop, closed: () => closed };
}
