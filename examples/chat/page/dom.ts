/** What stands between the tags: text stays text, whatever it says. */
export type Child = Node | string;

/**
 * Creates an element. There is no way to pass HTML or a handler's source.
 *
 * @param tag The element's name.
 * @param attributes Its attributes; `undefined` leaves one out.
 * @param children What it contains.
 * @returns The element.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * Creates an icon of the page's sprite.
 *
 * @param name The symbol's id without `icon-`.
 * @returns The icon, hidden from assistive technology: the text beside it names it.
 */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.append(use);
  return svg;
}

/**
 * Finds an element of index.html.
 *
 * @param id Its id.
 * @param type Its class.
 * @returns The element.
 * @throws Error if the page has no such element.
 */
export function find<E extends HTMLElement>(id: string, type: new () => E): E {
  const element = document.getElementById(id);
  if (!(element instanceof type)) throw new Error(`the page has no ${type.name} #${id}`);
  return element;
}

/** Sets an element's text, and leaves the DOM alone when it says so already. */
export function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
