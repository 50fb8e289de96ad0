import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { guestFromToken } from "../guest.ts";
import { startNode } from "../start-node.ts";
import { launchBrowser, visit, write } from "../test/browser.ts";
import { freePort } from "../test/chat-process.ts";
import { ANA, JONAS, type Line, lobby, PRIYA, release, TOMAS } from "./conversation.ts";

const MINUTE = 60_000;

/** The picture is taken at 9:42, whenever it is taken. */
const shiftMs = new Date().setHours(9, 42, 0, 0) - Date.now();
/** How far the server's clock is behind that: most was said before. */
let behindMs = 0;
const clock = {
  now: () => Date.now() + shiftMs - behindMs,
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
};

const port = await freePort();
const origin = `http://localhost:${port}`;
const options = { port, host: "127.0.0.1", origins: [] };
const server = await startNode(options, { clock, drainMs: 100, signals: false });
const browser = await launchBrowser();

/** Whoever spoke before the picture comes back as the same guest. */
function secretOf(name: string): string {
  return `picture-of-${name.replace(/\W/g, "-")}`;
}

async function tell(room: string, lines: readonly Line[]): Promise<void> {
  for (const { ago, name, text } of lines) {
    behindMs = ago * MINUTE;
    const guest = await guestFromToken(`${secretOf(name)}.${name}`);
    const from = { id: guest?.userId ?? name, name };
    await server.hub.publish(room, "say", { text }, { from });
  }
  behindMs = 0;
}

try {
  await tell("lobby", lobby);
  await tell("release", release);
  const settings = { locale: "en-GB", deviceScaleFactor: 2 };
  const come = (name: string, room: string, context = {}) =>
    visit(browser, origin, { name, room, secret: secretOf(name), context });
  const others = [await come(TOMAS, "release"), await come(PRIYA, "release")];
  const desktop = await come(ANA, "lobby", {
    ...settings,
    viewport: { width: 1280, height: 800 },
    colorScheme: "light",
  });
  const phone = await come(JONAS, "release", {
    ...settings,
    viewport: { width: 390, height: 780 },
    colorScheme: "dark",
    hasTouch: true,
  });
  for (const room of ["design", "release"]) {
    await desktop.page.getByLabel("Join or open a room").fill(room);
    await desktop.page.getByLabel("Join or open a room").press("Enter");
    await desktop.page.locator("#room-title", { hasText: room }).waitFor();
  }
  const [tomas, priya] = others;
  if (!tomas || !priya) throw new Error("somebody is missing");
  await write(phone.page, "Staging is green, and the soak test is through. 48 hours.");
  await desktop.page.getByText("Staging is green").waitFor();
  await write(desktop.page, "Perfect. Then let’s ship it at four.");
  await write(desktop.page, "Notes are up: https://example.org/releases/2.0");
  await phone.page.getByText("Notes are up").waitFor();
  await write(tomas.page, "I’ll watch the dashboards for the first hour.");
  await desktop.page.getByText("first hour").waitFor();
  await priya.page.goto(`${origin}/#lobby`);
  await priya.page.locator("#room-title", { hasText: "lobby" }).waitFor();
  await write(priya.page, "Coffee machine is fixed!");
  await priya.page.goto(`${origin}/#release`);
  await priya.page.locator("#composer-text").pressSequentially("Great, ");
  await desktop.page.locator("#typing", { hasText: "Priya" }).waitFor();

  for (const { page } of [desktop, phone]) {
    await page.locator("#room-sub", { hasText: "4 online" }).waitFor();
  }

  await phone.page.locator("#composer-text").blur();
  const folder = fileURLToPath(new URL("../../../docs/images", import.meta.url));
  await mkdir(folder, { recursive: true });
  await desktop.page.screenshot({ path: `${folder}/chat.png` });
  await phone.page.screenshot({ path: `${folder}/chat-phone-dark.png` });
} finally {
  await browser.close();
  await server.close();
}
