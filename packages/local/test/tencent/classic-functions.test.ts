import { describe, expect, it, onTestFinished } from "vitest";
import { createLocalTencentGateway } from "../../src/tencent.ts";
import { connect } from "../kit.ts";
import { until } from "../tencent-kit.ts";
import { createBucket, createClassicFunctions } from "./classic-functions.ts";

describe("functions written by hand to the gateway's contract", () => {
  it("are a chat, however the ids look", async () => {
    const bucket = createBucket();
    await bucket.put("another/object", "of somebody else");
    const functions = createClassicFunctions(bucket, () => gateway.pushUrl);
    const ids = ["/a+b/==", "//c==", "d/e=="];
    const createId = () => ids.shift() ?? "f==";
    const gateway = await createLocalTencentGateway({ ...functions, createId });
    onTestFinished(() => gateway.close());

    const ann = await connect(gateway.url);
    ann.ws.send("is anybody there?");
    await until(() => gateway.counts.transport === 1);
    await gateway.idle();
    const bob = await connect(gateway.url);
    const cem = await connect(gateway.url);
    ann.ws.send("hi");
    expect(await bob.next()).toBe("hi(===Online people:3===)");
    expect(await cem.next()).toBe("hi(===Online people:3===)");
    bob.ws.close();
    await bob.closed;
    await until(() => gateway.counts.cleanup === 1);
    await gateway.idle();
    cem.ws.send("bye");
    // Its own words have not come back: this is the first that it gets.
    expect(await ann.next()).toBe("bye(===Online people:2===)");
    expect(gateway.counts).toMatchObject({ failures: 0, pushErrors: 0 });
  });
});
