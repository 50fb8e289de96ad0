import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterAll } from "vitest";

/** What happens to a request on the wire. `after` and `within` come when it has had its effect. */
export type WireFault =
  | "cut-before"
  | "cut-after"
  | "cut-within"
  | "hang-before"
  | "hang-after"
  | { readonly status: number; readonly code?: string; readonly headers?: Record<string, string> };

/** Table Storage behind a wire that breaks. */
export interface TableProxy {
  /** In place of the server's own. */
  readonly url: string;
  /** Methods of the requests that came, those that failed included. */
  readonly methods: string[];
  /** Says what happens to each request; undefined: nothing. */
  fault: (request: { method: string; path: string }) => WireFault | undefined;
}

/** Starts a proxy that cuts connections, keeps silent or answers in the server's place; ends with the file's tests. */
export async function startTableProxy(serverUrl: string): Promise<TableProxy> {
  const target = new URL(serverUrl);
  const server = createServer((incoming, answer) => {
    serve(incoming, answer).catch(() => incoming.socket.destroy());
  });

  async function serve(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = "", url: path = "", socket } = incoming;
    const body = await buffer(incoming);
    proxy.methods.push(method);
    const fault = proxy.fault({ method, path });
    if (fault === "hang-before") return;
    if (fault === "cut-before") return void socket.destroy();
    if (typeof fault === "object") return refuse(answer, fault);
    const { status, headers, text } = await forward(incoming, body);
    if (fault === "hang-after") return;
    if (fault === "cut-after") return void socket.destroy();
    // Without a coding: then the length says how much is missing.
    answer.writeHead(status, { ...headers, "content-length": String(text.length) });
    if (fault !== "cut-within") return void answer.end(text);
    answer.write(text.subarray(0, Math.floor(text.length / 2)), () => socket.destroy());
    if (text.length === 0) socket.destroy();
  }

  async function forward({ method, url, headers }: IncomingMessage, body: Buffer) {
    const { hostname, port } = target;
    const outgoing = request({ ...{ hostname, port, method, path: url, headers }, agent: false });
    outgoing.end(body);
    const [reply] = (await once(outgoing, "response")) as [IncomingMessage];
    const { "transfer-encoding": _, connection: __, ...kept } = reply.headers;
    return { status: reply.statusCode ?? 502, headers: kept, text: await buffer(reply) };
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const proxy: TableProxy = {
    url: `http://127.0.0.1:${port}${target.pathname}`,
    methods: [],
    fault: () => undefined,
  };
  return proxy;
}

function refuse(
  answer: ServerResponse,
  { status, code, headers = {} }: Exclude<WireFault, string>,
): void {
  const body = code && JSON.stringify({ "odata.error": { code, message: { value: "no" } } });
  answer.writeHead(status, { ...headers, ...(body && { "content-type": "application/json" }) });
  answer.end(body);
}
