import { defineChat } from "@hubbub/core";
import * as z from "zod/mini";

/** The room in which the sources make themselves known. */
export const SOURCES = "sources";

/** The room of a source's lines. */
export const roomOf = (source: string): string => `log:${source}`;

const line = z.object({
  /** Counts the rows of a source, from 1 on without holes. */
  n: z.int(),
  level: z.enum(["error", "warn", "info", "debug", "none"]),
  text: z.string(),
  /** When it was read, in milliseconds since the Unix epoch. */
  ts: z.number(),
  /** The line was too long: it goes on in the next row. */
  more: z.optional(z.literal(true)),
});

/** A row of a log. */
export type Line = z.infer<typeof line>;

/** How grave a line is; `none` if it does not say. */
export type Level = Line["level"];

/** The log viewer. Nothing in here knows where it runs. */
export const chat = defineChat({
  events: {
    /** Lines of one source, in order. */
    lines: { data: z.object({ lines: z.array(line) }) },
    /** There is a source of this name. */
    source: { data: z.object({ name: z.string() }) },
  },
  // Only the server publishes; it asks nobody.
  authorize: ({ action }) => action !== "publish",
});
