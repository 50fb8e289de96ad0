import { describe, expect, it } from "vitest";
import { createLocalCos, type LocalCosOptions } from "../../../src/tencent.ts";
import { startCos } from "./cos-kit.ts";

describe("the options of createLocalCos", () => {
  it.each<[string, unknown]>([
    ["nonsense", 1],
    ["port", -1],
    ["buckets", { nodigits: {} }],
    ["versioning", { "chat-1250000000": { versioning: "Off" } }],
    ["credentials", "AKID"],
    ["credentials", [{ secretId: "AKID" }]],
    ["limits.listsPerSecond", -1],
    ["latency.requestMs", -1],
    ["maxBodyBytes", 0],
    ["random", 1],
    ["clock", {}],
  ])("refuses a wrong %s", async (name, value) => {
    const [group, member] = name.split(".");
    const option = group === "versioning" ? "buckets" : String(group);
    const options = { [option]: member ? { [member]: value } : value } as LocalCosOptions;
    const created = createLocalCos(options);
    await expect(created).rejects.toMatchObject({ code: "invalid_argument" });
    await expect(created).rejects.toThrow(name);
  });

  it("refuses a body that is too large, and a port in use", async () => {
    const cos = await startCos({ maxBodyBytes: 10 });
    const { status } = await fetch(`${cos.url}/a`, { method: "PUT", body: "x".repeat(11) });
    expect(status).toBe(400);
    const again = createLocalCos({ port: cos.port });
    await expect(again).rejects.toMatchObject({ code: "invalid_argument" });
  });
});
