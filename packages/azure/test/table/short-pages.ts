import type { TableClientLike } from "../../src/table-client.ts";

/**
 * A client whose listings answer fewer rows than are wanted, and, every other time, none but a token: Table
 * Storage may do so at any time, and does when a listing comes to another of its servers.
 */
export function withShortPages(
  inner: TableClientLike,
  maxRows: number,
): { client: TableClientLike; counts: { empty: number; continued: number } } {
  const counts = { empty: 0, continued: 0 };
  const client: TableClientLike = {
    ...inner,
    listEntities: (options) => ({
      byPage({ maxPageSize, continuationToken = "" }) {
        // A token of ours marks the one of the service as already answered without rows.
        const isSecond = continuationToken.startsWith("again:");
        const given = isSecond ? continuationToken.slice("again:".length) : continuationToken;
        const settings = { maxPageSize: Math.min(maxPageSize, maxRows) };
        const pages = inner
          .listEntities(options)
          .byPage({ ...settings, ...(given !== "" && { continuationToken: given }) });
        return {
          async next() {
            if (given !== "") counts.continued++;
            if (isSecond) return pages.next();
            counts.empty++;
            return { value: Object.assign([], { continuationToken: `again:${given}` }) };
          },
        };
      },
    }),
  };
  return { client, counts };
}
