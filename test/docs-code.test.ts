import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkCodeBlocks } from "./check-code-blocks.ts";
import { brokenLinks, codeBlocks, findMarkdown } from "./markdown.ts";

const root = join(import.meta.dirname, "..");
const folder = (name: string) => join(root, "coverage", name); // where git and the linter don't look
const check = (text: string) =>
  checkCodeBlocks(root, codeBlocks("a.md", text), folder("docs-code-unit"));

describe("the documents", () => {
  const files = findMarkdown(root);
  const checked = files.filter((file) =>
    /^(?:(?:README|PROTOCOL)\.md|docs\/.*|packages\/[^/]+\/README\.md)$/.test(file),
  );

  it("are found", () => {
    expect(checked).toContain("PROTOCOL.md");
  });

  it("have code that compiles", { timeout: 120_000 }, () => {
    const blocks = checked.flatMap((file) =>
      codeBlocks(file, readFileSync(join(root, file), "utf8")),
    );
    expect(checkCodeBlocks(root, blocks, folder("docs-code"))).toEqual([]);
  });

  it("have links that lead somewhere", () => {
    expect(files.flatMap((file) => brokenLinks(root, file))).toEqual([]);
  });
});

describe("checkCodeBlocks", { timeout: 60_000 }, () => {
  it("finds what is wrong, at its line in the document", () => {
    const text = [
      "# Title",
      "",
      "```ts",
      'import { z } from "zod";',
      "const wrong: number = z.string().parse(1);",
      "```",
      "",
      "1. In a list:",
      "   ```ts",
      "   const fine = 1;",
      "   missing(fine);",
      "   ```",
    ].join("\n");
    const problems = check(text);
    expect(problems).toHaveLength(2);
    expect(problems[0]).toMatch(/^a\.md:5 .*'string'.*'number'/);
    expect(problems[1]).toMatch(/^a\.md:11 .*'missing'/);
  });

  it("lets blocks of a document import each other by name", () => {
    const chat = "```ts\n// chat.ts: the chat\nexport const chat = { room: 'lobby' };\n```\n";
    const good = "```ts\nimport { chat } from './chat.ts';\nchat.room.length;\n```\n";
    expect(check(chat + good)).toEqual([]);
    expect(check(chat + good.replace("length", "size"))).toEqual([
      expect.stringMatching(/^a\.md:7 .*'size'/),
    ]);
    expect(check(good)).toEqual([expect.stringContaining("./chat.ts")]);
    expect(check(chat + chat)).toEqual([expect.stringContaining("same file name")]);
  });

  it("finds the workspace's packages", () => {
    const uses = (name: string) =>
      check(`\`\`\`ts\nimport { ${name} } from "@hubbub/testing";\n\`\`\``);
    expect(uses("createVirtualClock")).toEqual([]);
    expect(uses("createNothing")).toEqual([expect.stringContaining("createNothing")]);
  });

  it("checks JavaScript loosely, and passes over other languages", () => {
    expect(check("```js\nconst twice = (n) => n * 2;\ntwice(1, 2, 3);\n```")).toHaveLength(1);
    expect(check("```js\nconst twice = (n) => n * 2;\ntwice(1);\n```")).toEqual([]);
    expect(check("```sh\nnpm install\n```\n\n```json\n{ not json }\n```")).toEqual([]);
  });

  it("allows no block to be left out", () => {
    expect(check("```ts ignore\nlet x: number = '';\n```")).toEqual([
      expect.stringMatching(/^a\.md:1 .*"ts ignore"/),
    ]);
    expect(check("```typescript\nlet x = 1;\n```")).toHaveLength(1);
  });
});
