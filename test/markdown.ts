import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** A fenced block of code in a markdown file. */
export interface CodeBlock {
  /** The document, from the root of the repository. */
  readonly file: string;
  /** The line of the document that the code begins on. */
  readonly line: number;
  /** What follows the opening fence, such as `ts`. */
  readonly info: string;
  readonly code: string;
}

const GENERATED = new Set(["node_modules", "dist", "coverage", ".git", "api", "fixtures"]);

/** All markdown files below a folder that somebody wrote, from the root, sorted. */
export function findMarkdown(root: string, folder: string = root): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return GENERATED.has(entry.name) ? [] : findMarkdown(root, path);
      return entry.name.endsWith(".md") ? [relative(root, path).split(sep).join("/")] : [];
    })
    .sort();
}

/** The fenced blocks of a document. */
export function codeBlocks(file: string, text: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { fence: string; indent: number; info: string; line: number } | undefined;
  let code: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const fence = /^( *)(`{3,})([^`]*)$/.exec(line);
    if (!open && fence) {
      const [, indent = "", marks = "", info = ""] = fence;
      open = { fence: marks, indent: indent.length, info: info.trim(), line: index + 2 };
      code = [];
    } else if (open && fence?.[2]?.startsWith(open.fence) && fence[3]?.trim() === "") {
      blocks.push({ file, line: open.line, info: open.info, code: `${code.join("\n")}\n` });
      open = undefined;
    } else if (open) {
      code.push(line.slice(Math.min(open.indent, line.search(/\S|$/))));
    }
  }
  return blocks;
}

/** A document without its code: what is left may hold links and headings. */
function prose(text: string): string {
  return text.replace(/^ *(`{3,})[^`\n]*\n[\s\S]*?^ *\1 *$/gm, "").replace(/`[^`\n]*`/g, "");
}

/** The anchors that a document's headings have. */
function anchors(text: string): Set<string> {
  const found = new Set<string>();
  const body = text.replace(/^ *(`{3,})[^`\n]*\n[\s\S]*?^ *\1 *$/gm, "");
  for (const [, heading = ""] of body.matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const slug = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}\s_-]/gu, "")
      .replace(/ /g, "-");
    let unique = slug;
    for (let copy = 1; found.has(unique); copy++) unique = `${slug}-${copy}`;
    found.add(unique);
  }
  return found;
}

/** The relative links of a document that lead nowhere. `docs/api` is generated, so links into it are not followed. */
export function brokenLinks(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const targets = [
    ...[...prose(text).matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)].map((match) => match[1] ?? ""),
    ...[...prose(text).matchAll(/^\[[^\]]+\]:\s*<?([^\s>]+)/gm)].map((match) => match[1] ?? ""),
    ...[...prose(text).matchAll(/<(?:img|a)\s[^>]*(?:src|href)="([^"]+)"/g)].map((m) => m[1] ?? ""),
  ];
  return targets
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target))
    .filter((target) => !resolves(root, file, target))
    .map((target) => `${file}: ${target}`);
}

function resolves(root: string, file: string, target: string): boolean {
  const [path = "", anchor] = decodeURIComponent(target).split("#");
  const base = path.startsWith("/") ? root : join(root, file, "..");
  const full = path === "" ? join(root, file) : join(base, path);
  const inRoot = relative(root, full).split(sep).join("/");
  if (inRoot.startsWith("..")) return false;
  if (inRoot === "docs/api" || inRoot.startsWith("docs/api/")) return true;
  if (!statSync(full, { throwIfNoEntry: false })) return false;
  if (anchor === undefined || !full.endsWith(".md")) return true;
  return anchors(readFileSync(full, "utf8")).has(anchor);
}
