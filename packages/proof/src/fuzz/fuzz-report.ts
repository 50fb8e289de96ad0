import type { Message } from "./generate-message.ts";

/** What went wrong with a message. */
export interface Failure {
  readonly what: string;
  readonly target: "server" | "client";
  readonly lot: number;
  /** Which message of its lot. */
  readonly index: number;
  readonly connection: string;
  /** JSON text of a text, or hexadecimal digits of bytes. */
  readonly message: string;
  /** The shortest part of it that fails on a new server or client, if it does so alone. */
  readonly shortest?: string | undefined;
}

/** What a run of messages came to. */
export interface FuzzReport {
  frames: number;
  failures: number;
  /** The first ones. */
  readonly listed: Failure[];
  /** The longest that a frame took, an equal share of its message; one over the limit counts with the shortest of its repetitions. */
  maxMs: number;
  /** The longest that a message took at first, other work of the machine and garbage collection included. */
  maxRawMs: number;
  /** How many messages were over the limit at first, and so were repeated. */
  repeated: number;
  /** How many messages took so many hundredths of a millisecond; the last counts all that took longer. */
  readonly histogram: Uint32Array;
}

const BUCKET_MS = 0.01;
const BUCKETS = 10_000;
const MAX_LISTED = 20;

/** Creates a report of nothing. */
export function createReport(): FuzzReport {
  return {
    frames: 0,
    failures: 0,
    listed: [],
    maxMs: 0,
    maxRawMs: 0,
    repeated: 0,
    histogram: new Uint32Array(BUCKETS),
  };
}

/** Counts a message, and how long it took at first and for each of its frames. */
export function countMessage(report: FuzzReport, rawMs: number, frameMs: number): void {
  report.frames++;
  report.maxRawMs = Math.max(report.maxRawMs, rawMs);
  report.maxMs = Math.max(report.maxMs, frameMs);
  const bucket = Math.min(BUCKETS - 1, Math.floor(rawMs / BUCKET_MS));
  report.histogram[bucket] = (report.histogram[bucket] ?? 0) + 1;
}

/** Counts a failure, and keeps it if it is among the first. */
export function addFailure(report: FuzzReport, failure: Failure): void {
  report.failures++;
  if (report.listed.length < MAX_LISTED) report.listed.push(failure);
}

/** Adds another report to a report. */
export function mergeReport(report: FuzzReport, other: FuzzReport): void {
  report.frames += other.frames;
  report.failures += other.failures;
  report.listed.push(...other.listed.slice(0, MAX_LISTED - report.listed.length));
  report.maxMs = Math.max(report.maxMs, other.maxMs);
  report.maxRawMs = Math.max(report.maxRawMs, other.maxRawMs);
  report.repeated += other.repeated;
  for (const [bucket, count] of other.histogram.entries()) {
    report.histogram[bucket] = (report.histogram[bucket] ?? 0) + count;
  }
}

/** The time in milliseconds that a share of the messages did not exceed, to a hundredth. */
export function percentileMs({ histogram, frames }: FuzzReport, share: number): number {
  let left = Math.ceil(frames * share);
  for (const [bucket, count] of histogram.entries()) {
    left -= count;
    if (left <= 0) return Number(((bucket + 1) * BUCKET_MS).toFixed(2));
  }
  return BUCKETS * BUCKET_MS;
}

/** Writes a message so that it can be read and typed: JSON text, or `hex:` and the bytes. */
export function printMessage(message: Message): string {
  return typeof message === "string"
    ? JSON.stringify(message)
    : `hex:${Buffer.from(message).toString("hex")}`;
}
