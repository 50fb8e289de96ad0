import type { AppendPosition } from "@hubbub/core";
import { expect } from "vitest";
import type { TableClientLike } from "../../src/table-client.ts";
import { startTable } from "./table-kit.ts";
import { startTableProxy, type TableProxy, type WireFault } from "./table-proxy.ts";
import { createRig, type TableRig } from "./table-rig.ts";

/** A table, and a client of it whose requests go through the proxy. */
interface WiredTable {
  readonly rig: TableRig;
  readonly client: TableClientLike & { deleteTable(): Promise<void> };
  /** The beginning of the lobby's log. */
  readonly position: AppendPosition;
}

/** Table Storage behind a wire that breaks, for the tests of one file. */
export async function createWire(): Promise<{
  readonly proxy: TableProxy;
  create(maxRetries?: number): Promise<WiredTable>;
  /** The next requests that write meet this. */
  nextWrites(fault: WireFault, times?: number): void;
}> {
  const kit = await startTable();
  const proxy = await startTableProxy(kit.url);
  return {
    proxy,
    async create(maxRetries = 3) {
      proxy.fault = () => undefined;
      const rig = await createRig(kit);
      const { epoch } = await rig.log().head("lobby");
      const { tableName } = rig.trace.client;
      const client = kit.connect(tableName, { url: proxy.url, maxRetries });
      proxy.methods.length = 0;
      return { rig, client, position: { epoch, after: 0 } };
    },
    nextWrites(fault, times = 1) {
      let left = times;
      proxy.fault = ({ method }) => (isWrite(method) && left-- > 0 ? fault : undefined);
    },
  };
}

/** Whether a request of this method changes anything. */
export function isWrite(method: string): boolean {
  return method !== "GET";
}

/** What is in the lobby's log, read past the proxy. */
export async function stored(rig: TableRig): Promise<string[]> {
  const { entries } = await rig.log().read("lobby", { after: 0, limit: 500 });
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at + 1));
  return entries.map(({ mid }) => mid);
}

/** What a promise rejects with; undefined if it does not. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}
