import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createServer } from "node:net";

/** A Table Storage on this machine, in a process of its own. */
export interface TableServer {
  readonly url: string;
  readonly account: string;
  readonly key: string;
  stop(): Promise<void>;
}

// azurite's only account, as its documentation has it.
const ACCOUNT = "devstoreaccount1";
const KEY =
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/** Starts azurite's table service on a free port, in memory. */
export async function startTableServer(): Promise<TableServer> {
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    const main = createRequire(import.meta.url).resolve("azurite/dist/src/table/main.js");
    const address = ["--tableHost", "127.0.0.1", "--tablePort", String(port)];
    const child = spawn(
      process.execPath,
      [main, ...address, "--inMemoryPersistence", "--disableTelemetry"],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    const output = await started(child);
    if (output === undefined) {
      const url = `http://127.0.0.1:${port}/${ACCOUNT}`;
      return { url, account: ACCOUNT, key: KEY, stop: () => stop(child) };
    }
    // Somebody else took the port in between.
    if (tries === 3) throw new Error(`azurite did not start: ${output}`);
  }
}

/** Resolves once it listens; with what it said if it ended instead. */
async function started(child: ChildProcess): Promise<string | undefined> {
  let output = "";
  return new Promise((resolve) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes("successfully started")) resolve(undefined);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", () => resolve(output));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL"); // It has nothing to save.
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
