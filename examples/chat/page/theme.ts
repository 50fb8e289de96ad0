import { find } from "./dom.ts";
import { loadTheme, saveTheme } from "./identity.ts";

/** Lets the reader choose between light and dark; until then the system does. */
export function startTheme(): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  const chosen = loadTheme();
  if (chosen) root.dataset.theme = chosen;
  find("theme", HTMLButtonElement).addEventListener("click", () => {
    const now = root.dataset.theme ?? (system.matches ? "dark" : "light");
    const next = now === "dark" ? "light" : "dark";
    root.dataset.theme = next;
    saveTheme(next);
  });
}
