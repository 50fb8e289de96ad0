import { type Child, h } from "./dom.ts";

const LINK = /https?:\/\/[^\s<>"'`{}|\\^[\]\p{Cf}]+/giu;

/**
 * Turns a message's text into nodes: text nodes, and links where it has an `http` or `https` address.
 *
 * @param text Whatever somebody sent.
 * @returns What to append. Nothing of it was parsed as HTML.
 */
export function linkText(text: string): Child[] {
  const children: Child[] = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    // The full stop of a sentence and the bracket around an address are not part of it.
    const address = match[0].replace(/[.,:;!?)*_~]+$/, "");
    if (!isWebAddress(address)) continue;
    children.push(text.slice(end, match.index), link(address));
    end = match.index + address.length;
  }
  children.push(text.slice(end));
  return children.filter((child) => child !== "");
}

function isWebAddress(address: string): boolean {
  try {
    return ["http:", "https:"].includes(new URL(address).protocol);
  } catch {
    return false;
  }
}

function link(address: string): HTMLAnchorElement {
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer nofollow" }, address);
}
