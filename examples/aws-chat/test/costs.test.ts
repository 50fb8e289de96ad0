import { readFile } from "node:fs/promises";
import { transform } from "esbuild";
import { describe, expect, it } from "vitest";

interface Costs {
  usdPerMillion(members: number): Record<"gateway" | "table" | "lambda" | "queue", number>;
  usdPerHour(heartbeatMs: number): number;
}

const page = await readFile(new URL("../../../docs/clouds/aws.md", import.meta.url), "utf8");
const [, source = ""] = /```ts\n(\/\/ cost\.ts[\s\S]*?)```/.exec(page) ?? [];
const { code } = await transform(source, { loader: "ts", format: "esm" });
const costs: Costs = await import(`data:text/javascript,${encodeURIComponent(code)}`);

/** The cells of the table below a heading's row. */
function rowsBelow(heading: string): string[][] {
  const [, below = ""] = page.split(`| ${heading} |`);
  const [table = ""] = below.split("\n\n");
  const lines = table.split("\n").slice(2);
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
const numberIn = (cell = "") => Number.parseInt(cell.replaceAll(",", ""), 10);
const usd = (amount: number, digits: number) =>
  `$${amount.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;

describe("the costs in docs/clouds/aws.md", () => {
  it("are what the formula gives, room by room", () => {
    const rows = rowsBelow("members");
    expect(rows.map(([members]) => numberIn(members))).toEqual([10, 100, 1000, 10_000]);
    for (const [name = "", ...cells] of rows) {
      const members = numberIn(name);
      const { gateway, table, lambda, queue } = costs.usdPerMillion(members);
      const together = gateway + table + lambda + queue;
      expect(cells).toEqual([
        usd(gateway, 0),
        usd(table, 2),
        usd(lambda, 2),
        queue > 0 ? usd(queue, 2) : "–",
        usd(together, 0),
        usd(together / 1e6 / (members - 1), 7),
      ]);
    }
  });

  it("are what the formula gives, heartbeat by heartbeat", () => {
    const rows = rowsBelow("`heartbeatMs`");
    expect(rows).toHaveLength(3);
    for (const [heartbeat, hour, month] of rows) {
      const each = costs.usdPerHour(numberIn(heartbeat));
      expect([hour, month]).toEqual([usd(each, 5), usd(each * 730, 2)]);
    }
  });
});
