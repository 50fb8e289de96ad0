import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createApiGatewayPusher } from "../src/api-gateway-pusher.ts";
import { ID } from "./api-gateway-kit.ts";
import { always, startScriptedServer } from "./http-scripted-server.ts";

const KEY = /Credential=([^/]+)\//;

describe("createApiGatewayPusher in a new process", () => {
  it("takes the credentials of a Lambda function, and loads no SDK to send", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDENV");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "s");
    for (const name of ["AWS_SESSION_TOKEN", "AWS_PROFILE"]) vi.stubEnv(name, undefined);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const loaded = vi.fn(() => {
      throw new Error("the SDK was loaded");
    });
    vi.doMock("../src/api-gateway-sdk.ts", loaded);
    const server = await startScriptedServer(always(200));
    const pusher = createApiGatewayPusher({ endpoint: `${server.origin}/prod`, region: "r-1" });
    onTestFinished(() => pusher.destroy());
    expect(await pusher.send(ID, "text")).toBe("sent");
    expect(KEY.exec(server.requests[0]?.headers.authorization ?? "")?.[1]).toBe("AKIDENV");
    expect(server.requests[0]?.headers).not.toHaveProperty("x-amz-security-token");
    expect(loaded).not.toHaveBeenCalled();
    await expect(pusher.close(ID, 1000, "")).rejects.toMatchObject({ code: "unavailable" });
    expect(loaded).toHaveBeenCalledOnce();
  });
});
