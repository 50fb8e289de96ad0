import { readFile } from "node:fs/promises";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

/** A change of one source file: a text that is there exactly once, and what takes its place. */
export interface SourceEdit {
  /** From `packages` on, such as `core/src/publish.ts`. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/**
 * Bundles a module of this package with core, client and simulator, from their sources.
 *
 * @param module Its file name, beside this one.
 * @param edits What to change on the way.
 * @returns The text of a CommonJS module, for a worker.
 * @throws Error if an edit does not fit.
 */
export async function bundleWorker(
  module: string,
  edits: readonly SourceEdit[] = [],
): Promise<string> {
  const missed = new Set(edits);
  const result = await build({
    entryPoints: [fileURLToPath(new URL(module, import.meta.url))],
    bundle: true,
    platform: "node",
    format: "cjs",
    write: false,
    logLevel: "silent",
    plugins: [editSources(edits, missed)],
  });
  for (const { file } of missed) throw new Error(`${file} is not part of ${module}`);
  return result.outputFiles[0]?.text ?? "";
}

function editSources(edits: readonly SourceEdit[], missed: Set<SourceEdit>): Plugin {
  return {
    name: "edit-sources",
    setup({ onLoad }) {
      const inPackages = /[\\/]packages[\\/]/;
      onLoad({ filter: inPackages }, async ({ path }) => {
        const mine = edits.filter(({ file }) =>
          path.endsWith(["", "packages", ...file.split("/")].join(sep)),
        );
        if (mine.length === 0) return undefined;
        let contents = await readFile(path, "utf8");
        for (const edit of mine) {
          missed.delete(edit);
          contents = applyEdit(contents, edit);
        }
        return { contents, loader: "ts" };
      });
    },
  };
}

function applyEdit(source: string, { file, find, replace }: SourceEdit): string {
  const parts = source.split(find);
  if (parts.length === 2) return parts.join(replace);
  throw new Error(`${file} holds ${parts.length - 1} times: ${find}`);
}
