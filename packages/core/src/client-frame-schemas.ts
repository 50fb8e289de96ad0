import * as z from "zod/mini";
import type { ClientFrame } from "./client-frames.ts";

const id = z.optional(z.string().check(z.minLength(1), z.maxLength(64)));
const name = z.string().check(z.minLength(1), z.maxLength(64));
const room = z.string();
const epoch = name;
const seq = z.int().check(z.nonnegative());
const data = z.optional(z.unknown());

// One schema per type, looked up by the frame's type: cheaper and clearer in its errors than a union.
const schemas = {
  hello: z.object({
    type: z.literal("hello"),
    token: z.optional(z.string().check(z.maxLength(8192))),
    session: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{16,64}$/))),
  }),
  join: z.object({
    type: z.literal("join"),
    id,
    room,
    epoch: z.optional(epoch),
    seq: z.optional(seq),
    last: z.optional(seq.check(z.maximum(100))),
  }),
  leave: z.object({ type: z.literal("leave"), id, room }),
  publish: z.object({
    type: z.literal("publish"),
    room,
    event: name,
    data,
    mid: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)),
    epoch: z.optional(epoch),
    after: z.optional(seq),
  }),
  signal: z.object({ type: z.literal("signal"), id, room, event: name, data }),
  history: z.object({
    type: z.literal("history"),
    id,
    room,
    epoch: z.optional(epoch),
    after: z.optional(seq),
    before: z.optional(seq),
    limit: z.optional(seq.check(z.maximum(256))),
  }),
  who: z.object({ type: z.literal("who"), id, room }),
  ping: z.object({
    type: z.literal("ping"),
    id,
    rooms: z.optional(z.array(z.object({ room, epoch, seq, presence: z.optional(z.string()) }))),
  }),
} satisfies { [T in ClientFrame["type"]]: z.ZodMiniType<Extract<ClientFrame, { type: T }>> };

const table = new Map<string, z.ZodMiniType<ClientFrame>>(Object.entries(schemas));

/** What a frame's shape is: a frame, or why it is none. */
export type ShapedFrame =
  | { readonly frame: ClientFrame }
  | { readonly code: "bad_frame" | "unknown_frame"; readonly message: string };

/** Checks the shape of a parsed frame. Unknown fields are dropped. */
export function shapeClientFrame(value: unknown): ShapedFrame {
  const type =
    typeof value === "object" && value !== null && "type" in value ? value.type : undefined;
  if (typeof type !== "string") {
    return { code: "bad_frame", message: "a frame is an object with a string `type`" };
  }
  const schema = table.get(type);
  if (!schema) return { code: "unknown_frame", message: `unknown frame type ${quote(type)}` };
  const result = schema.safeParse(value);
  if (result.success) return { frame: result.data };
  const path = result.error.issues[0]?.path.join(".");
  return { code: "bad_frame", message: `${type}: the field \`${path}\` is missing or wrong` };
}

function quote(text: string): string {
  return JSON.stringify(text.length > 32 ? `${text.slice(0, 32)}…` : text);
}
