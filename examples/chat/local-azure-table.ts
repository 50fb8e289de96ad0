import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { AzureNamedKeyCredential, TableClient } from "@azure/data-tables";

// azurite's only account, as its documentation has it.
const ACCOUNT = "devstoreaccount1";
const KEY =
  "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/** Ends the process with the one that started it, however that ends. */
const END_WITH_PARENT =
  "data:text/javascript,process.stdin.on('end',()=>process.exit()).on('error',()=>process.exit()).resume()";

/**
 * Starts a Table Storage in a process of its own, in memory, and creates the chat's table in it.
 *
 * @param tableName The table's name.
 * @returns A client of the table.
 */
export async function startLocalAzureTable(tableName: string): Promise<TableClient> {
  const port = await start();
  const url = `http://127.0.0.1:${port}/${ACCOUNT}`;
  const client = new TableClient(url, tableName, new AzureNamedKeyCredential(ACCOUNT, KEY), {
    allowInsecureConnection: true, // On this machine only.
  });
  await client.createTable();
  return client;
}

/** Resolves with the port once it listens; another one if somebody took it in between. */
async function start(): Promise<number> {
  for (let tries = 1; ; tries++) {
    const port = await findFreePort();
    const problem = await tryToStart(port);
    if (problem === undefined) return port;
    if (tries === 3) throw new Error(`azurite did not start: ${problem}`);
  }
}

/** Undefined once it listens; what it said if it ended instead. */
async function tryToStart(port: number): Promise<string | undefined> {
  const main = createRequire(import.meta.url).resolve("azurite/dist/src/table/main.js");
  const child = spawn(
    process.execPath,
    [
      ...["--import", END_WITH_PARENT, main, "--tableHost", "127.0.0.1"],
      ...["--tablePort", String(port), "--inMemoryPersistence", "--disableTelemetry"],
    ],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  return new Promise((resolve) => {
    let output = "";
    let isUp = false;
    const read = (chunk: Buffer) => {
      if (isUp) return; // It writes a line for every request.
      output += chunk.toString();
      isUp = output.includes("successfully started");
      if (isUp) resolve(undefined);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", () => resolve(output));
  });
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
