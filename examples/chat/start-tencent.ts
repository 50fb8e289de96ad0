import { createServer } from "node:http";
import { defineChat } from "@hubbub/core";
import { createLocalCos, createLocalTencentGateway } from "@hubbub/local/tencent";
import { createApiGatewayFunctions } from "@hubbub/tencent/api-gateway";
import { createCosClient } from "@hubbub/tencent/cos";
import { chat } from "./chat.ts";
import { forwardUpgrades } from "./forward-upgrade.ts";
import { listen } from "./listen.ts";
import type { Options } from "./options.ts";
import { createPageHandler } from "./page-handler.ts";

const credentials = { secretId: "LOCAL", secretKey: "local" };

/**
 * Runs the chat as on Tencent's API Gateway, with every service on this machine: the gateway calls three
 * event functions over COS. What is stored lives in memory.
 *
 * @param options Where to listen, and whose pages may connect; the gateway itself tells no origin.
 * @throws UsageError if the port is in use.
 */
export async function startTencent({ port, host, origins }: Omit<Options, "as">): Promise<void> {
  const server = createServer(await createPageHandler());
  await listen(server, port, host);
  const own = [`http://localhost:${port}`, `http://127.0.0.1:${port}`];
  const cos = await createLocalCos({ credentials: [credentials] });
  const functions = createApiGatewayFunctions(
    defineChat({ ...chat.definition, origins: [...own, ...origins] }),
    {
      ...{ bucket: "chat-1250000000", region: "ap-guangzhou" },
      client: createCosClient({ credentials, domain: cos.url }),
      pushUrl: () => gateway.pushUrl,
    },
  );
  const { register, transport, cleanup } = functions;
  const gateway = await createLocalTencentGateway({
    ...{ register, transport, cleanup, functionTimeoutMs: 30_000 },
  });
  server.on("upgrade", forwardUpgrades("/chat", gateway.url));
}
