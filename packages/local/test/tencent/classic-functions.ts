import type { LocalTencentGatewayOptions } from "../../src/tencent.ts";

/** The least of a bucket, as an object store has it: keys in order, pages of 1,000. */
export interface Bucket {
  put(key: string, body: string): Promise<void>;
  delete(key: string): Promise<void>;
  list(marker: string): Promise<{ keys: string[]; truncated: boolean }>;
}

/** A bucket in memory. */
export function createBucket(): Bucket {
  const objects = new Map<string, string>();
  return {
    put: async (key, body) => void objects.set(key, body),
    delete: async (key) => void objects.delete(key),
    async list(marker) {
      const keys = [...objects.keys()].filter((key) => key > marker).sort();
      return { keys: keys.slice(0, 1000), truncated: keys.length > 1000 };
    },
  };
}

type Functions = Required<Pick<LocalTencentGatewayOptions, "register" | "transport" | "cleanup">>;

/**
 * A chat as one writes it by hand for the gateway: who is connected is a key in a bucket, and what
 * somebody says goes to everybody else with how many there are. Nothing of hubbub is in it.
 */
export function createClassicFunctions(bucket: Bucket, pushUrl: () => string): Functions {
  const keyOf = (id: string) => `conn/${Buffer.from(id).toString("base64url")}`;

  async function people(): Promise<string[]> {
    const ids: string[] = [];
    for (let marker = "", more = true; more; ) {
      const { keys, truncated } = await bucket.list(marker);
      const own = keys.filter((key) => key.startsWith("conn/"));
      ids.push(...own.map((key) => Buffer.from(key.slice(5), "base64url").toString()));
      marker = keys.at(-1) ?? "";
      more = truncated;
    }
    return ids;
  }

  async function send(secConnectionID: string, data: string): Promise<void> {
    const websocket = { action: "data send", secConnectionID, dataType: "text", data };
    await fetch(pushUrl(), { method: "POST", body: JSON.stringify({ websocket }) });
  }

  return {
    async register({ requestContext, websocket: { secConnectionID } }) {
      if (!requestContext) return { errNo: 101, errMsg: "not found request context" };
      await bucket.put(keyOf(secConnectionID), "websocket");
      const websocket = { action: "connecting", secConnectionID, secWebSocketProtocol: "" };
      return { errNo: 0, errMsg: "ok", websocket };
    },
    async transport({ websocket: { secConnectionID, data } }) {
      const ids = await people();
      const text = `${data}(===Online people:${ids.length}===)`;
      await Promise.all(ids.filter((id) => id !== secConnectionID).map((id) => send(id, text)));
    },
    async cleanup({ websocket: { secConnectionID } }) {
      await bucket.delete(keyOf(secConnectionID));
    },
  };
}
