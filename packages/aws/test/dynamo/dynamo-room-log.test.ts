import type { RoomLog } from "@hubbub/core";
import { createContractClock, createCountingMeter, createSeededRandom } from "@hubbub/testing";
import { defineWithVitest, type LogRetention, roomLogContract } from "@hubbub/testing/contracts";
import { describe } from "vitest";
import { createDynamoRoomLog } from "../../src/dynamo-room-log.ts";
import { startDynamo } from "./dynamo-kit.ts";

const { client, trace, createTable } = await startDynamo();

const SCAN_LIMIT = 84; // As few as still let 64 appends and their retries be seen at once.

describe.each([
  { kind: "slots that grow old", defaults: {}, leftOut: undefined },
  {
    kind: "slots that are trimmed",
    defaults: { maxAgeMs: Infinity },
    leftOut: /any string|any JSON|every other field|look alike|same mid of another|user's id|race/, // No slot ends there.
  },
])("createDynamoRoomLog with $kind", ({ defaults, leftOut }) => {
  const clock = createContractClock();
  const meter = createCountingMeter();
  const random = createSeededRandom(1);
  let ids = 0;
  const id = () => `epoch-${++ids}`;
  const opened = new WeakMap<RoomLog, { tableName: string; retention: LogRetention }>();
  const open = (tableName: string, retention: LogRetention) => {
    const common = { client, tableName, clock, random, id, meter };
    const log = createDynamoRoomLog({ ...common, retention, maxScan: SCAN_LIMIT });
    opened.set(log, { tableName, retention });
    return log;
  };

  roomLogContract(
    {
      createLog: async (retention) => open(await createTable(), { ...defaults, ...retention }),
      reopen(log) {
        const { tableName = "", retention = {} } = opened.get(log) ?? {};
        return open(tableName, retention);
      },
      now: clock.now,
      advance: clock.advance,
      failNext: trace.failNext,
      hideNext: trace.hideNext,
      counts: meter.counts,
      scanLimit: SCAN_LIMIT,
    },
    (name, run, options) => {
      if (!leftOut?.test(name)) defineWithVitest(name, run, options);
    },
  );
});
