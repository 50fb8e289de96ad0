import { mkdir } from "node:fs/promises";
import { launchBrowser, visit } from "../../chat/test/browser.ts";
import { freePort } from "../../chat/test/chat-process.ts";
import { startLiveLogs } from "../start.ts";

const SAMPLE = [
  "INFO  checkout listening on :8080",
  "DEBUG cache warm: 512 entries in 41 ms",
  "INFO  GET /cart 200 12 ms",
  "WARN  payment provider is slow: 1840 ms",
  "ERROR payment failed: upstream timed out after 5000 ms",
  "    at charge (payments.ts:88)",
  "    at checkout (orders.ts:41)",
  '{"level":30,"msg":"retry succeeded","order":"A-1042"}',
  "INFO  POST /orders 201 63 ms",
];

async function* sample() {
  for (let round = 0; round < 20; round++) yield Buffer.from(`${SAMPLE.join("\n")}\n`);
}

const folder = process.argv[2] ?? "coverage/screenshots";
const port = await freePort();
const options = { port, host: "127.0.0.1", files: [], stdin: "checkout" };
const logs = await startLiveLogs(options, sample(), { signals: false, drainMs: 100 });
const browser = await launchBrowser();
try {
  await mkdir(folder, { recursive: true });
  for (const [name, context] of [
    ["desktop", { viewport: { width: 1280, height: 800 }, colorScheme: "light" }],
    ["phone-dark", { viewport: { width: 390, height: 780 }, colorScheme: "dark" }],
  ] as const) {
    const { page } = await visit(browser, `http://localhost:${port}`, { context });
    await page.locator('.line[data-n="180"]').waitFor();
    await page.screenshot({ path: `${folder}/live-logs-${name}.png` });
  }
} finally {
  await browser.close();
  await logs.close();
}
