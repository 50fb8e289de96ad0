import type { RoomLog } from "@hubbub/core";
import { createContractClock, createCountingMeter, createSeededRandom } from "@hubbub/testing";
import { type LogRetention, roomLogContract } from "@hubbub/testing/contracts";
import { describe } from "vitest";
import { createTableRoomLog } from "../../src/table-room-log.ts";
import { startTable } from "./table-kit.ts";
import type { TableTrace } from "./table-trace.ts";

const kit = await startTable();

const SCAN_LIMIT = 84; // As few as still let 64 appends and their retries be seen at once.

describe("createTableRoomLog", () => {
  const clock = createContractClock();
  const meter = createCountingMeter();
  const random = createSeededRandom(1);
  let ids = 0;
  const id = () => `id-${++ids}`;
  let trace: TableTrace;
  const opened = new WeakMap<RoomLog, { trace: TableTrace; retention: LogRetention }>();
  const open = (on: TableTrace, retention: LogRetention = {}) => {
    const options = { clock, random, id, meter, retention, maxScan: SCAN_LIMIT };
    const log = createTableRoomLog(on.client, options);
    opened.set(log, { trace: on, retention });
    return log;
  };

  roomLogContract({
    async createLog(retention) {
      trace = await kit.createTrace();
      return open(trace, retention);
    },
    reopen(log) {
      const { trace: on = trace, retention } = opened.get(log) ?? {};
      return open(on, retention);
    },
    now: clock.now,
    advance: clock.advance,
    failNext: (when) => trace.failNext(when),
    hideNext: (which) => trace.hideNext(which),
    counts: meter.counts,
    scanLimit: SCAN_LIMIT,
  });
});
