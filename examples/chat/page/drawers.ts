import { find } from "./dom.ts";

/** The two side panels, which a small screen shows as drawers. */
export interface Drawers {
  /** Closes the open drawer; the focus goes back to where it came from. */
  close(): void;
}

interface Drawer {
  panel: HTMLElement;
  button: HTMLElement;
  /** Where the panel is a drawer. */
  narrow: MediaQueryList;
}

/** Up to where a panel is a drawer: the widths are those of the style sheet. */
const WIDTHS = { rooms: "47.99rem", people: "67.99rem" };

/**
 * Brings the drawers to life.
 *
 * @param names Which panels the page has. (Default: both)
 */
export function createDrawers(
  names: readonly (keyof typeof WIDTHS)[] = ["rooms", "people"],
): Drawers {
  const drawers: Drawer[] = names.map((name) => ({
    panel: find(`${name}-panel`, HTMLElement),
    button: find(`show-${name}`, HTMLButtonElement),
    narrow: matchMedia(`(max-width: ${WIDTHS[name]})`),
  }));
  let open: Drawer | undefined;

  const refresh = () => {
    if (!open?.narrow.matches) open = undefined;
    for (const drawer of drawers) {
      const isOpen = drawer === open;
      drawer.panel.classList.toggle("open", isOpen);
      drawer.button.setAttribute("aria-expanded", String(isOpen));
      // What can't be seen can't be reached with the keyboard; the same for what lies behind a drawer.
      drawer.panel.inert = open ? !isOpen : drawer.narrow.matches;
    }
    find("conversation", HTMLElement).inert = open !== undefined;
    find("app", HTMLElement).classList.toggle("drawer-open", open !== undefined);
  };
  const close = () => {
    const was = open;
    open = undefined;
    refresh();
    was?.button.focus();
  };

  for (const drawer of drawers) {
    drawer.narrow.addEventListener("change", refresh);
    drawer.button.addEventListener("click", () => {
      open = drawer;
      refresh();
      drawer.panel.querySelector<HTMLElement>("[data-close-drawer]")?.focus();
    });
    drawer.panel.querySelector("[data-close-drawer]")?.addEventListener("click", close);
  }
  find("backdrop", HTMLElement).addEventListener("click", close);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && open && !document.querySelector("dialog[open]")) close();
  });
  refresh();
  return { close };
}
