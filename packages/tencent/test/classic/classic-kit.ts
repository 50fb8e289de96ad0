import { once } from "node:events";
import { createLocalCos, type LocalCos } from "@hubbub/local/tencent";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { createCosClient } from "../../src/cos.ts";
import { chat, type FunctionsKit, startFunctions } from "../api-gateway/functions-kit.ts";

const credentials = { secretId: "AKIDEXAMPLE", secretKey: "SECRETEXAMPLE" };

/** The classic chat over a bucket. */
export interface ClassicKit extends FunctionsKit<typeof chat.definition.events> {
  readonly cos: LocalCos;
  /** A client that knows nothing of hubbub, as `wscat` is one. */
  connect(): Promise<{ socket: WebSocket; lines: string[] }>;
  /** Waits until no function runs and so many clients are connected. */
  settled(connections: number): Promise<void>;
}

/** Starts it over an empty bucket; it ends with the test. */
export async function startClassic(definition: typeof chat = chat): Promise<ClassicKit> {
  const cos = await createLocalCos({ credentials: [credentials] });
  onTestFinished(() => cos.close());
  const client = createCosClient({ credentials, domain: cos.url });
  const place = { bucket: "chat-1250000000", region: "ap-guangzhou", client };
  const kit = await startFunctions(definition, { ...place, store: undefined, log: undefined });
  return {
    ...{ ...kit, cos },
    async connect() {
      const socket = new WebSocket(kit.gateway.url);
      onTestFinished(() => socket.terminate());
      const lines: string[] = [];
      socket.on("message", (data) => lines.push(String(data)));
      await once(socket, "open");
      return { socket, lines };
    },
    async settled(connections) {
      while (kit.gateway.connections().length !== connections) await new Promise(setImmediate);
      await kit.gateway.idle();
    },
  };
}
