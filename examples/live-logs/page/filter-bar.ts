import { find, h } from "../../chat/page/dom.ts";
import type { Level } from "../chat.ts";

/** The levels, the gravest first. */
export const LEVELS: readonly Level[] = ["error", "warn", "info", "debug", "none"];

/** Lets the reader choose what is shown. */
export function createFilterBar(
  filter: { text: string; levels: Set<Level> },
  changed: () => void,
): void {
  const field = find("filter", HTMLInputElement);
  field.addEventListener("input", () => {
    filter.text = field.value;
    changed();
  });
  for (const level of LEVELS) {
    const label = level === "none" ? "other" : level;
    const button = h(
      "button",
      { type: "button", "aria-pressed": "true", "data-level": level },
      label,
    );
    button.addEventListener("click", () => {
      const on = !filter.levels.has(level);
      if (on) filter.levels.add(level);
      else filter.levels.delete(level);
      button.setAttribute("aria-pressed", String(on));
      changed();
    });
    find("levels", HTMLElement).append(button);
  }
}
