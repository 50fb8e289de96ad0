import { once } from "node:events";
import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { readOptions, UsageError } from "../options.ts";
import { freePort, spawnServer, startChat } from "./chat-process.ts";

async function run(args: string[]): Promise<{ code: number | null; lines: string[] }> {
  const child = spawnServer(args);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  await once(child, "close");
  return { code: child.exitCode, lines: output.trimEnd().split("\n") };
}

describe("readOptions", () => {
  it("takes the port from --port, then PORT, then 4000", () => {
    expect(readOptions([], {}).port).toBe(4000);
    expect(readOptions([], { PORT: "4001" }).port).toBe(4001);
    expect(readOptions(["--", "--port", "4002"], { PORT: "4001" }).port).toBe(4002);
  });

  it("listens on this machine only, unless told otherwise", () => {
    expect(readOptions([], {})).toMatchObject({ as: "node", host: "127.0.0.1", origins: [] });
    const options = readOptions(["--host", "::", "--origin", "https://a.example"], {});
    expect(options).toMatchObject({ host: "::", origins: ["https://a.example"] });
  });

  it.each(["0", "65536", "-1", "1e3", "", "port"])("refuses the port %j", (port) => {
    expect(() => readOptions([`--port=${port}`], {})).toThrow(UsageError);
  });

  it("refuses what it does not know", () => {
    expect(() => readOptions(["--prot", "1"], {})).toThrow(UsageError);
  });
});

describe("server.ts", { timeout: 20_000 }, () => {
  it("says in one line which gateways there are", async () => {
    const { code, lines } = await run(["--as", "pigeon"]);
    expect({ code, lines }).toEqual({
      code: 1,
      lines: ['--as wants one of: node, aws, tencent, tencent-web-function, azure; got "pigeon"'],
    });
  });

  it("says in one line that its port is in use", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const address = taken.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const { code, lines } = await run(["--port", String(port)]);
    taken.close();
    expect(code).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`port ${port} is in use`);
  });

  it("serves the page with a policy that lets in no script but its own", async () => {
    const server = await startChat(await freePort());
    const origin = `http://127.0.0.1:${server.port}`;
    const page = await fetch(origin);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'; ");
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await page.text()).not.toMatch(/<script(?![^>]* src=)|style=|\son\w+=|https?:/);
    const etag = page.headers.get("etag") ?? "";
    expect((await fetch(origin, { headers: { "if-none-match": etag } })).status).toBe(304);
    expect((await fetch(`${origin}/server.ts`)).status).toBe(404);
    expect((await fetch(`${origin}/../package.json`)).status).toBe(404);
    expect((await fetch(origin, { method: "POST" })).status).toBe(405);
    await server.stop("SIGTERM");
  });
});
