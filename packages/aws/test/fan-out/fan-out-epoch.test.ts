import { describe, expect, it } from "vitest";
import { createFanOutWorker } from "../../src/index.ts";
import { expire } from "../dynamo/dynamo-expiry.ts";
import { startDynamo } from "../dynamo/dynamo-kit.ts";
import { append, DAY_MS, LOG } from "../dynamo/dynamo-log-kit.ts";
import { createRig } from "../dynamo/dynamo-rig.ts";
import { chat } from "../lambda/lambda-kit.ts";

const dynamo = await startDynamo();

describe("a job whose room's log has begun a new epoch", { timeout: 20_000 }, () => {
  it("is done without a push, though the new one has an entry with its seq", async () => {
    const rig = await createRig(dynamo);
    const old = await append(rig, rig.log(), "old");
    rig.clock.advance(30 * DAY_MS);
    await expire(rig, LOG);
    const next = await append(rig, rig.log(), "new");
    expect(next).toMatchObject({ status: "appended", seq: 1 });
    expect(next.epoch).not.toBe(old.epoch);
    await rig.enter("a", "lobby");

    const pushed: string[] = [];
    const worker = createFanOutWorker(chat, {
      ...{ client: rig.client, tableName: rig.tableName, clock: rig.clock },
      queue: { enqueue: async () => undefined },
      pusher: {
        async send(_connectionId, text) {
          pushed.push(JSON.parse(text).mid);
          return "sent";
        },
        close: async () => undefined,
      },
    });
    const run = (epoch: string) => {
      const body = JSON.stringify({ room: "lobby", epoch, seq: 1 });
      return worker({ Records: [{ messageId: "1", body }] });
    };
    expect(await run(old.epoch)).toEqual({ batchItemFailures: [] });
    expect(pushed).toEqual([]);
    expect(await run(next.epoch)).toEqual({ batchItemFailures: [] });
    expect(pushed).toEqual(["new"]);
  });
});
