import { describe, expect, it } from "vitest";
import { encodeFanOutJob, readFanOutJob } from "../../src/fan-out-job.ts";

const job = { room: "lobby", epoch: "e", seq: 1 };

describe("a job", () => {
  it.each([job, { ...job, cursor: "c" }, { ...job, cursor: "", except: "x" }])(
    "is read as it was written: %j",
    (given) => {
      expect(readFanOutJob(encodeFanOutJob(given))).toEqual({
        cursor: undefined,
        except: undefined,
        ...given,
      });
    },
  );

  it.each([
    ["no text", { ...job }],
    ["no JSON", "{"],
    ["no object", "1"],
    ["nothing", "null"],
    ["no room", JSON.stringify({ ...job, room: 1 })],
    ["no epoch", JSON.stringify({ ...job, epoch: undefined })],
    ["a seq of 0", JSON.stringify({ ...job, seq: 0 })],
    ["a seq that is a text", JSON.stringify({ ...job, seq: "1" })],
    ["a cursor that is none", JSON.stringify({ ...job, cursor: 1 })],
    ["an exception that is none", JSON.stringify({ ...job, except: {} })],
  ])("is not what has %s", (_what, body) => {
    expect(readFanOutJob(body)).toBeUndefined();
  });
});
