import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import type { CodeBlock } from "./markdown.ts";

const LANGUAGES = new Set(["ts", "tsx", "js", "typescript", "javascript", "jsx", "mts", "mjs"]);

interface Placed {
  readonly block: CodeBlock;
  readonly path: string;
}

/**
 * Type-checks the TypeScript and JavaScript of documents against the packages of this workspace.
 * A block whose first line is a comment with a file name gets that name, so that other blocks of the
 * same document can import it.
 *
 * @param root The root of the workspace.
 * @param blocks Blocks of any language; others than TypeScript and JavaScript are passed over.
 * @param folder Where the blocks are written to; what it held is deleted.
 * @returns What is wrong, as `file:line message`.
 */
export function checkCodeBlocks(
  root: string,
  blocks: readonly CodeBlock[],
  folder: string,
): string[] {
  const problems: string[] = [];
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  linkPackages(root, join(folder, "node_modules"));
  const placed = new Map<string, CodeBlock>();
  for (const block of blocks) {
    const [language = "", ...attributes] = block.info.split(/[\s,{]+/);
    if (!LANGUAGES.has(language)) continue;
    const where = `${block.file}:${block.line - 1}`;
    if (attributes.length > 0 || !["ts", "tsx", "js"].includes(language)) {
      problems.push(`${where} Mark the block as ts, tsx or js and nothing else: "${block.info}"`);
      continue;
    }
    const path = join(folder, block.file.replace(/[^\w-]/g, "_"), nameOf(block, language));
    const other = placed.get(path);
    if (other) {
      problems.push(`${where} The block at line ${other.line - 1} has the same file name`);
      continue;
    }
    placed.set(path, block);
    mkdirSync(dirname(path), { recursive: true });
    // At the end, to keep the line numbers: it makes every block a module with names of its own.
    writeFileSync(path, `${block.code}export {};\n`);
  }
  const files = [...placed].map(([path, block]) => ({ path, block }));
  problems.push(
    ...typeErrors(
      root,
      files.filter(({ path }) => !path.endsWith(".js")),
      {},
    ),
  );
  const loose = { allowJs: true, checkJs: true, noImplicitAny: false };
  problems.push(
    ...typeErrors(
      root,
      files.filter(({ path }) => path.endsWith(".js")),
      loose,
    ),
  );
  return problems.sort(new Intl.Collator("en", { numeric: true }).compare);
}

function nameOf(block: CodeBlock, language: string): string {
  const named = /^\/\/ ((?:[\w@-][\w.@-]*\/)*[\w@-][\w.@-]*\.(?:tsx?|js))\b/.exec(block.code);
  return named?.[1] ?? `block-${block.line}.${language}`;
}

function typeErrors(
  root: string,
  files: readonly Placed[],
  overrides: ts.CompilerOptions,
): string[] {
  if (files.length === 0) return [];
  const program = ts.createProgram(
    files.map(({ path }) => path),
    { ...readOptions(root), ...overrides },
  );
  const blocks = new Map(files.map(({ path, block }) => [path, block]));
  return ts.getPreEmitDiagnostics(program).flatMap((diagnostic) => {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n  ");
    if (!diagnostic.file) return [message];
    // The packages have their own type check.
    const block = blocks.get(diagnostic.file.fileName);
    if (!block) return [];
    const { line } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
    return [`${block.file}:${block.line + line} ${message}`];
  });
}

/** The strictness of the packages, for code that runs in Node or in a browser. */
function readOptions(root: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, "tsconfig.base.json"), ts.sys.readFile);
  const compilerOptions = {
    ...config.compilerOptions,
    lib: ["ES2023", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
    jsx: "preserve",
    isolatedDeclarations: false, // a document's exports need no written types
    declaration: false,
  };
  return ts.convertCompilerOptionsFromJson(compilerOptions, root).options;
}

/** Makes a `node_modules` of all packages of the workspace and of all that they depend on. */
function linkPackages(root: string, target: string): void {
  const link = (name: string, source: string) => {
    const path = join(target, name);
    if (existsSync(path) || !existsSync(source)) return;
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(realpathSync(source), path, "dir");
  };
  for (const group of ["packages", "examples"]) {
    for (const folder of readdirSync(join(root, group))) {
      const home = join(root, group, folder);
      if (!existsSync(join(home, "package.json"))) continue;
      const manifest = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
      link(manifest.name, home);
      for (const name of Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })) {
        link(name, join(home, "node_modules", name));
      }
    }
  }
}
