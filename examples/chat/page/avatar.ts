import { h, setText } from "./dom.ts";
import { hue, initials } from "./format.ts";

/** Makes an element somebody's avatar. It is decoration: the name stands beside it. */
export function setAvatar(element: HTMLElement, id: string, name: string): void {
  element.className = `avatar hue-${hue(id)}`;
  element.setAttribute("aria-hidden", "true");
  setText(element, initials(name));
}

/** Creates somebody's avatar. */
export function avatar(id: string, name: string): HTMLElement {
  const element = h("span");
  setAvatar(element, id, name);
  return element;
}
