import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle } from "../bundle.ts";

const folder = mkdtempSync(join(tmpdir(), "azure-chat-"));
const environment = {
  WEB_PUBSUB_ENDPOINT: "https://chat.webpubsub.azure.com",
  WEB_PUBSUB_KEYS: "primary,secondary",
  TABLE_ENDPOINT: "https://chat.table.core.windows.net",
  ORIGINS: "https://chat.example,null",
};

let external: string[] = [];
beforeAll(async () => {
  external = await bundle(folder);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** Loads the bundle in a fresh process, and asks one of its functions. */
async function ask(name: "events" | "negotiate", method: string, headers: object) {
  const url = pathToFileURL(join(folder, "app.mjs")).href;
  const script = `
    const functions = await import(${JSON.stringify(url)});
    const request = new Request("https://app.example/api/${name}", ${JSON.stringify({ method, headers })});
    const response = await functions.${name}(request);
    const headers = Object.fromEntries(response.headers);
    console.log("\\n" + JSON.stringify({ status: response.status, headers, body: await response.text() }));
    process.exit(0);`;
  const args = ["--no-warnings", "--input-type=module", "-e", script];
  const env = { ...environment, PATH: process.env.PATH };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
}

describe("the bundle", { timeout: 30_000 }, () => {
  it("is one file, with what the host reads", () => {
    expect(readdirSync(folder).sort()).toEqual(["app.mjs", "host.json", "package.json"]);
    const { main } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    expect(main).toBe("app.mjs");
    expect(external).toEqual(["@azure/functions-core"]); // The host brings it.
  });

  it("answers the service's validation, and no other's", async () => {
    const origin = "chat.webpubsub.azure.com";
    const answer = await ask("events", "OPTIONS", { "WebHook-Request-Origin": origin });
    expect(answer).toMatchObject({ status: 200, headers: { "webhook-allowed-origin": origin } });
    const foreign = { "WebHook-Request-Origin": "evil.example" };
    expect(await ask("events", "OPTIONS", foreign)).toMatchObject({ status: 403 });
    expect(await ask("events", "POST", {})).toMatchObject({ status: 400 });
  });

  it("gives pages that are allowed their URL", async () => {
    const { status, body } = await ask("negotiate", "GET", { Origin: "https://chat.example" });
    expect(status).toBe(200);
    expect(JSON.parse(body).url).toMatch(
      /^wss:\/\/chat\.webpubsub\.azure\.com\/client\/hubs\/chat\?access_token=/,
    );
    const foreign = { Origin: "https://evil.example" };
    expect(await ask("negotiate", "GET", foreign)).toMatchObject({ status: 403 });
  });
});
