import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { ID, setUpPusher } from "./api-gateway-kit.ts";
import { always, loopbackCertificate, startScriptedServer } from "./http-scripted-server.ts";

const KEY = /Credential=([^/]+)\//;

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe("createApiGatewayPusher and the SDK", () => {
  it.each([{ transport: "own" as const }, { transport: "sdk" as const }])(
    "falls back on the SDK's default chain with transport $transport",
    async (options) => {
      const folder = mkdtempSync(join(tmpdir(), "hubbub-"));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const file = join(folder, "credentials");
      writeFileSync(file, "[dev]\naws_access_key_id = AKIDFILE\naws_secret_access_key = s\n");
      vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDENV");
      vi.stubEnv("AWS_SECRET_ACCESS_KEY", "s");
      vi.stubEnv("AWS_PROFILE", "dev");
      vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", file);
      vi.stubEnv("AWS_CONFIG_FILE", join(folder, "none"));
      vi.spyOn(console, "warn").mockReturnValue(undefined); // The SDK's, about the two sources.
      const { server, pusher } = await setUpPusher(always(200), {
        ...options,
        credentials: undefined,
      });
      expect(await pusher.send(ID, "text")).toBe("sent");
      expect(KEY.exec(server.requests[0]?.headers.authorization ?? "")?.[1]).toBe("AKIDFILE");
    },
  );

  it("answers throttled when the SDK has no answer in time", async () => {
    const { pusher } = await setUpPusher(() => undefined, { transport: "sdk", timeoutMs: 20 });
    expect(await pusher.send(ID, "text")).toBe("throttled");
    await expect(pusher.close(ID, 1000, "")).rejects.toMatchObject({ code: "unavailable" });
    await expect(pusher.info(ID)).rejects.toMatchObject({ code: "unavailable" });
  });

  it("rejects when the SDK gets no answer", async () => {
    const { pusher } = await setUpPusher((seen) => seen.reset(), { transport: "sdk" });
    await expect(pusher.send(ID, "text")).rejects.toMatchObject({ code: "unavailable" });
  });

  it.each([{ transport: "own" as const }, { transport: "sdk" as const }])(
    "verifies certificates with transport $transport",
    async (options) => {
      vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
      vi.spyOn(process, "emitWarning").mockReturnValue(undefined); // Node's, about that.
      const server = await startScriptedServer(always(200), { secure: true });
      const trusting = { ...options, endpoint: `${server.origin}/prod`, clock: undefined };
      const { pusher } = await setUpPusher(always(200), trusting);
      await expect(pusher.send(ID, "text")).rejects.toMatchObject({ code: "unavailable" });
      expect(server.bytesRead).toBe(0);
      const informed = { ...trusting, ca: loopbackCertificate };
      const { pusher: knowing } = await setUpPusher(always(200), informed);
      expect(await knowing.send(ID, "text")).toBe("sent");
      expect(server.requests).toHaveLength(1);
    },
  );
});
