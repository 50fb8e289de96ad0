import type { RoomLog } from "@hubbub/core";
import { type LogRetention, roomLogContract } from "@hubbub/testing/contracts";
import { beforeAll, describe } from "vitest";
import { startCosKit } from "./cos-kit.ts";

const kit = await startCosKit();
const SCAN_LIMIT = 84; // As few as still let 64 appends and their retries be seen at once.

describe("createCosRoomLog", () => {
  const opened = new WeakMap<RoomLog, { prefix: string; retention: LogRetention }>();
  const open = (prefix: string, retention: LogRetention = {}) => {
    const log = kit.log({ prefix, retention, maxScan: SCAN_LIMIT });
    opened.set(log, { prefix, retention });
    return log;
  };
  beforeAll(async () => void (await kit.log().head("nowhere")));

  roomLogContract({
    createLog: (retention) => open(kit.prefix(), retention),
    reopen(log) {
      const { prefix = "", retention } = opened.get(log) ?? {};
      return open(prefix, retention);
    },
    now: kit.clock.now,
    advance: kit.clock.advance,
    failNext: kit.failNext,
    hideNext: kit.hideNext,
    counts: kit.meter.counts,
    scanLimit: SCAN_LIMIT,
  });
});
