import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createEventHandler } from "../src/index.ts";
import { arrive, connectBody } from "./connections.ts";
import { createChat, startHandler } from "./event-kit.ts";
import { SECONDARY_KEY } from "./events.ts";

// Linked from packages/proof/test/peers/README.md.
describe("bugs of peers", () => {
  it("InditexTech/weavejs#1114: a spoofed webhook connects nobody, publishes nothing, removes nobody", async () => {
    const kit = startHandler(createChat({ authenticate: () => ({ userId: "ada" }) }));
    await arrive(kit, "conn-1");
    const spoofs = [
      {
        name: "connect",
        connectionId: "spoofed",
        body: connectBody({ claims: { sub: ["admin"] } }),
      },
      { name: "message", body: '{"type":"join","room":"lobby"}' },
      { name: "disconnected", body: {} },
    ];
    for (const spoof of spoofs) {
      for (const signature of [
        undefined,
        "sha256=",
        "sha256=undefined",
        `sha256=${"0".repeat(64)}`,
      ]) {
        const event = kit.event({ ...spoof, headers: { "ce-signature": signature } });
        expect((await kit.handler(event)).status).toBe(401);
      }
    }
    expect(await kit.store.get("spoofed")).toBeUndefined();
    expect(await kit.store.get("conn-1")).toBeDefined();
  });

  it("Azure/azure-sdk-for-net#60367: without a key nothing is let through, it refuses to start", () => {
    const kit = startHandler();
    const { store, log } = kit;
    const common = { hub: "chat", store, log, endpoint: "https://chat.webpubsub.azure.com" };
    const credential = { getToken: async () => null };
    for (const options of [
      common,
      { ...common, credential },
      { ...common, credential, accessKeys: [] },
    ]) {
      expect(() => createEventHandler(createChat(), options)).toThrow(
        expect.objectContaining({ code: "invalid_argument" }),
      );
    }
    expect(() => kit.instance({ connectionString: "Endpoint=https://x;AccessKey=;" })).toThrow(
      expect.objectContaining({ code: "invalid_argument" }),
    );
  });

  it("benc-uk/chatr#5: the signature is checked without being asked for, for every kind of event", async () => {
    const kit = startHandler();
    const value = createHmac("sha256", SECONDARY_KEY).update("conn-1").digest("hex");
    for (const name of ["connect", "connected", "disconnected", "message", "anything"]) {
      const event = kit.event({ name, body: {}, headers: { "ce-signature": `sha256=${value}` } });
      expect((await kit.handler(event)).status).toBe(401);
    }
  });
});
