import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Why a test is left out. */
export const NO_BROWSER = "no chromium on PATH (apt-get install chromium)";

/** The browser of this machine; undefined if there is none. */
export function findBrowser(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Starts the browser of this machine. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findBrowser() ?? "", args: ARGS });
}

/** Somebody in front of a browser of their own. */
export interface Guest {
  readonly context: BrowserContext;
  readonly page: Page;
  /** What must not happen: script errors, dialogs, refused scripts. */
  readonly trouble: string[];
}

/** How somebody comes to the chat. */
export interface VisitOptions {
  /** The nickname; without one the dialog stays open. */
  name?: string;
  room?: string;
  /** The guest's secret, to come back as somebody. (Default: a new one) */
  secret?: string;
  context?: Parameters<Browser["newContext"]>[0];
}

/** Opens the chat in a browser context of its own. */
export async function visit(
  browser: Browser,
  origin: string,
  { name, room, secret, context: options }: VisitOptions,
): Promise<Guest> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(10_000); // Less than a test has: the error says what was waited for.
  const page = await context.newPage();
  if (secret !== undefined) {
    const set = (value: string) => localStorage.setItem("hubbub.guest-1.secret", value);
    await page.addInitScript(set, secret);
  }
  const trouble: string[] = [];
  page.on("pageerror", (error) => trouble.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) trouble.push(message.text());
  });
  await page.goto(`${origin}/${room === undefined ? "" : `#${encodeURIComponent(room)}`}`);
  if (name !== undefined) {
    await page.getByLabel("Your name").fill(name);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.locator("#connection[data-state=open]").waitFor({ state: "attached" });
  }
  return { context, page, trouble };
}

/** Writes a message into the open room. */
export async function write(page: Page, text: string): Promise<void> {
  await page.locator("#composer-text").fill(text);
  await page.locator("#composer-text").press("Enter");
}

/** The texts in the open room, from old to new. */
export async function texts(page: Page): Promise<string[]> {
  return page.locator(".message .text").allTextContents();
}
