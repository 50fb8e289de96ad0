import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Answers a request for the page. */
export type PageHandler = (request: IncomingMessage, response: ServerResponse) => void;

interface Asset {
  type: string;
  body: Uint8Array;
  etag: string;
}

const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws: wss:; " +
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/**
 * Bundles a page and keeps it in memory.
 *
 * @param folder Where its index.html, main.ts, style.css and icon.svg are. (Default: the chat's)
 * @returns The handler that serves it, 404 for all else.
 */
export async function createPageHandler(
  folder: URL = new URL("page/", import.meta.url),
): Promise<PageHandler> {
  const assets = new Map<string, Asset>([
    ["/", asset("text/html; charset=utf-8", await readPageFile(folder, "index.html"))],
    ["/main.js", asset("text/javascript; charset=utf-8", await bundle(folder, "main.ts"))],
    ["/style.css", asset("text/css; charset=utf-8", await bundle(folder, "style.css"))],
    ["/icon.svg", asset("image/svg+xml", await readPageFile(folder, "icon.svg"))],
  ]);
  return (request, response) => answer(assets, request, response);
}

function answer(assets: Map<string, Asset>, request: IncomingMessage, response: ServerResponse) {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD" }).end();
    return;
  }
  const found = assets.get((request.url ?? "/").replace(/[?#].*$/s, ""));
  if (!found) {
    response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("Not found\n");
    return;
  }
  response.setHeader("etag", found.etag);
  response.setHeader("cache-control", "no-cache"); // The page may change with every start.
  if (request.headers["if-none-match"] === found.etag) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, { "content-type": found.type, "content-length": found.body.length });
  response.end(request.method === "HEAD" ? undefined : found.body);
}

function asset(type: string, body: Uint8Array): Asset {
  return { type, body, etag: `"${createHash("sha256").update(body).digest("base64url")}"` };
}

async function readPageFile(folder: URL, name: string): Promise<Uint8Array> {
  return readFile(new URL(name, folder));
}

async function bundle(folder: URL, entry: string): Promise<Uint8Array> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL(entry, folder))],
    bundle: true,
    write: false,
    format: "esm",
    target: ["es2022"],
    sourcemap: entry.endsWith(".ts") ? "inline" : false,
    logLevel: "warning",
  });
  const [file] = result.outputFiles;
  if (!file) throw new Error(`esbuild made nothing of ${entry}`);
  return file.contents;
}
