import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { runCommand } from "../../src/cli/run-command.ts";
import { serviceClient, startService, text, until } from "../azure/web-pubsub-kit.ts";
import { connect } from "../kit.ts";

function createTerminal() {
  const lines: string[] = [];
  const errors: string[] = [];
  const stop = new AbortController();
  const terminal = {
    out: (line: string) => void lines.push(line),
    err: (line: string) => void errors.push(line),
    stop: stop.signal,
  };
  return { terminal, lines, errors, stop };
}

/** A handler over HTTP that allows every origin and answers 204. */
async function startUpstream(): Promise<{ server: Server; url: string; paths: string[] }> {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(`${request.method} ${request.url}`);
    response.writeHead(request.method === "OPTIONS" ? 200 : 204, { "webhook-allowed-origin": "*" });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = Object(server.address()) as AddressInfo;
  return { server, paths, url: `http://127.0.0.1:${port}/api/{hub}/{event}` };
}

describe("hubbub azure", () => {
  it("prints what clients and servers need, traces, and ends when told to", async () => {
    const { terminal, lines, errors, stop } = createTerminal();
    const upstream = await startUpstream();
    const args = ["azure", "--port", "0", "--hub", "lobby", "--upstream", upstream.url];
    const ended = runCommand(args, terminal);
    await until(() => lines.length >= 5);
    const find = (pattern: RegExp) => pattern.exec(lines.join("\n"))?.[0] ?? "";
    const connectionString = find(/Endpoint=http:\/\/127\.0\.0\.1:\d+;AccessKey=\S+;Version=1\.0;/);
    const client = await connect(find(/ws:\/\/127\.0\.0\.1:\d+\/client\/hubs\/lobby\?\S+/));
    await serviceClient({ connectionString }, "lobby").sendToAll("hi", text);
    expect(await client.next()).toBe("hi");
    expect(upstream.paths.slice(0, 2)).toEqual([
      ...["OPTIONS /api/lobby/validate", "POST /api/lobby/connect"],
    ]);
    expect(lines.some((line) => line.includes("opened lobby"))).toBe(true);
    stop.abort();
    expect([await ended, (await client.closed).code, errors]).toEqual([0, 1006, []]);
  });

  it("takes a key, anonymous clients, fewer events, and is quiet", async () => {
    const { terminal, lines, stop } = createTerminal();
    const upstream = await startUpstream();
    const ended = runCommand(
      [
        ...["azure", "--port", "0", "--hub", "chat", "--upstream", upstream.url, "--key", "k3y"],
        ...["--allow-anonymous", "--system-events", "disconnected", "--quiet"],
      ],
      terminal,
    );
    await until(() => lines.length >= 5);
    const before = lines.length;
    const endpoint = /http:\/\/127\.0\.0\.1:\d+/.exec(lines.join("\n"))?.[0] ?? "";
    expect(lines.join("\n")).toContain("AccessKey=k3y;");
    const client = await connect(`${endpoint.replace("http", "ws")}/client/hubs/chat`);
    client.ws.close(1000);
    await until(() => upstream.paths.length === 2);
    expect(upstream.paths).toEqual(["OPTIONS /api/chat/validate", "POST /api/chat/disconnected"]);
    expect(lines).toHaveLength(before);
    stop.abort();
    expect(await ended).toBe(0);
  });

  it.each([
    ["an unknown option", ["--speed", "1"], "--speed"],
    ["no value", ["--port"], "--port"],
    ["a port that is none", ["--port", "x"], "--port"],
    ["a port that cannot be", ["--port", "65536"], "port"],
    ["an upstream without a hub", ["--upstream", "http://x"], "--hub"],
    ["an upstream that is no URL", ["--hub", "a", "--upstream", "x"], "urlTemplate"],
    ["an unknown event", ["--system-events", "left"], "--system-events"],
    ["a key that cannot be", ["--key", "a;b"], "accessKey"],
    ["more words", ["now"], "now"],
  ])("exits with 2 for %s, and says why", async (_name, args, why) => {
    const { terminal, errors, lines } = createTerminal();
    expect(await runCommand(["azure", ...args], terminal)).toBe(2);
    expect(errors.join("\n")).toContain(why);
    expect(errors.at(-1)).toContain("--help");
    expect(lines).toEqual([]);
  });

  it("exits with 1 if the port is in use", async () => {
    const { port } = await startService();
    const { terminal, errors } = createTerminal();
    expect(await runCommand(["azure", "--port", String(port)], terminal)).toBe(1);
    expect(errors.join("\n")).toContain(String(port));
  });

  it("shows its help", async () => {
    const { terminal, lines } = createTerminal();
    expect(await runCommand(["azure", "--help"], terminal)).toBe(0);
    for (const option of ["--port", "--hub", "--upstream", "--key", "--quiet"]) {
      expect(lines.join("\n")).toContain(option);
    }
  });
});

describe("hubbub", () => {
  it.each([
    [["--help"], 0],
    [["-h"], 0],
    [[], 2],
    [["gcp"], 2],
  ])("%j exits with %i, and shows its commands", async (args, code) => {
    const { terminal, lines, errors } = createTerminal();
    expect(await runCommand(args, terminal)).toBe(code);
    expect([...lines, ...errors].join("\n")).toContain("azure");
  });
});
