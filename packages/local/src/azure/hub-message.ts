import type { Buffer } from "node:buffer";
import type { Metadata } from "./metadata.ts";

/** How a payload is meant. */
export type DataType = "text" | "json" | "binary";

/** A payload as it came in. */
export interface Payload {
  dataType: DataType;
  /** Text and JSON in UTF-8. */
  data: Buffer;
  metadata?: Metadata | undefined;
}

/** What a client of a hub is sent. */
export interface HubMessage extends Payload {
  /** The group that it was sent to; undefined: it comes from the server. */
  group?: string;
  /** Who sent it to the group, if that was a client with a user. */
  fromUserId?: string | undefined;
  /** How long it is kept for a reliable client, in seconds; 0 as long as the client is. */
  ttlSeconds: number;
}

const TYPES = new Map<string | undefined, DataType>([
  ["text/plain", "text"],
  ["application/json", "json"],
  ["application/octet-stream", "binary"],
]);

/** How a Content-Type is meant; undefined if it has no meaning here. */
export function dataTypeOf(contentType: string): DataType | undefined {
  return TYPES.get(contentType.split(";", 1)[0]?.trim().toLowerCase());
}

/** The Content-Type of an event with a payload. */
export const CONTENT_TYPES: Readonly<Record<DataType, string>> = {
  text: "text/plain",
  json: "application/json",
  binary: "application/octet-stream",
};
