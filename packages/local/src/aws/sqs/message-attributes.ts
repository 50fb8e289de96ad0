import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { SqsError } from "./sqs-error.ts";
import { isSqsInput, type SqsInput } from "./sqs-input.ts";

/** An attribute that the sender gave a message, as it is on the wire. */
export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  /** In Base64. */
  BinaryValue?: string;
}

/** A message's attributes by name. */
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const MAX_ATTRIBUTES = 10;
const STRING_TYPE = 1; // SQS Developer Guide, "Calculating the MD5 message digest for message attributes".
const BINARY_TYPE = 2;

/**
 * Reads the attributes of a message to be sent.
 *
 * @throws SqsError `InvalidParameterValue`.
 */
export function readMessageAttributes(input: SqsInput): MessageAttributes {
  const given = input.MessageAttributes;
  if (!isSqsInput(given)) return {};
  const entries = Object.entries(given);
  if (entries.length > MAX_ATTRIBUTES) throw invalid("more than 10 of them");
  return Object.fromEntries(entries.map(([name, value]) => [name, readAttribute(name, value)]));
}

function readAttribute(name: string, value: unknown): MessageAttribute {
  if (!isSqsInput(value) || typeof value.DataType !== "string")
    throw invalid(`${name} has no type`);
  const { DataType, StringValue, BinaryValue } = value;
  const kind = DataType.split(".", 1)[0];
  if (kind === "Binary" && typeof BinaryValue === "string" && BinaryValue !== "") {
    return { DataType, BinaryValue };
  }
  const isText = kind === "String" || kind === "Number";
  if (isText && typeof StringValue === "string" && StringValue !== "") {
    return { DataType, StringValue };
  }
  throw invalid(`${name} must have a value of its type ${DataType}`);
}

function invalid(what: string): SqsError {
  return new SqsError("InvalidParameterValue", `The message attributes are invalid: ${what}.`);
}

/** MD5 of a message's body. */
export function md5Of(body: string): string {
  return createHash("md5").update(body).digest("hex");
}

/** MD5 of a message's attributes; undefined if there are none. */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  for (const name of names) {
    const { DataType = "", StringValue, BinaryValue = "" } = attributes[name] ?? {};
    hash.update(withLength(Buffer.from(name)));
    hash.update(withLength(Buffer.from(DataType)));
    const isText = StringValue !== undefined;
    hash.update(Buffer.from([isText ? STRING_TYPE : BINARY_TYPE]));
    hash.update(withLength(isText ? Buffer.from(StringValue) : Buffer.from(BinaryValue, "base64")));
  }
  return hash.digest("hex");
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** How many bytes count against the limits: body, and attributes with their names and types. */
export function messageBytes(body: string, attributes: MessageAttributes): number {
  const parts = Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => {
    const value = StringValue ?? Buffer.from(BinaryValue ?? "", "base64");
    return Buffer.byteLength(name) + Buffer.byteLength(DataType) + Buffer.byteLength(value);
  });
  return parts.reduce((sum, bytes) => sum + bytes, Buffer.byteLength(body));
}

/**
 * Refuses a body with characters that SQS does not take: those that XML 1.0 does not, either.
 *
 * @throws SqsError `InvalidMessageContents`.
 */
export function checkBody(body: string): void {
  for (const char of body) {
    const code = char.codePointAt(0) ?? 0;
    const control = code < 0x20 && code !== 0x9 && code !== 0xa && code !== 0xd;
    const surrogate = code >= 0xd800 && code <= 0xdfff;
    if (control || surrogate || code === 0xfffe || code === 0xffff) {
      const message = "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | …";
      throw new SqsError("InvalidMessageContents", message);
    }
  }
}
