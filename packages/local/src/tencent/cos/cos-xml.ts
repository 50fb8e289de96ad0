import { CosError } from "./cos-error.ts";

/** An element with a text, which is escaped, or with elements, which are not. */
export function element(name: string, content: string | readonly string[]): string {
  const inner = typeof content === "string" ? escapeText(content) : content.join("");
  return `<${name}>${inner}</${name}>`;
}

/** A document of one element. */
export function document(root: string): string {
  return `<?xml version='1.0' encoding='utf-8' ?>\n${root}\n`;
}

/** The texts of all elements of a name, in order. For the small documents that clients send: no attributes. */
export function textsOf(xml: string, name: string): string[] {
  const found = xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"));
  return [...found].map(([, text = ""]) => unescapeText(text));
}

/** The contents of all elements of a name that may have elements. */
export function innersOf(xml: string, name: string): string[] {
  const found = xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, "gs"));
  return [...found].map(([, inner = ""]) => inner);
}

// Beside the characters of markup, those that XML can't carry as they are: clients see them encoded.
const SPECIAL = /[&<>"']|\p{Cc}/gu;
const NAMES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};
const ENTITIES = new Map(Object.entries(NAMES).map(([char, entity]) => [entity, char]));

function escapeText(text: string): string {
  return text.replace(SPECIAL, (char) => NAMES[char] ?? `&#${char.charCodeAt(0)};`);
}

function unescapeText(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|[a-z]+);/g, (entity, decimal, hex) => {
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : undefined;
    const char =
      code === undefined
        ? ENTITIES.get(entity)
        : code <= 0x10ffff
          ? String.fromCodePoint(code)
          : undefined;
    if (char === undefined) throw new CosError("MalformedXML");
    return char;
  });
}
