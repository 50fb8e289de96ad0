import * as z from "zod/mini";
import type { ClientFrame, PingPosition } from "./client-frames.ts";

/** A text of at most so many characters that looks like the pattern. */
const text = (maxChars: number, pattern = /./s) =>
  z.custom<string>(
    (value) => typeof value === "string" && value.length <= maxChars && pattern.test(value),
  );
const integer = (max = Number.MAX_SAFE_INTEGER) =>
  z.custom<number>(
    (value) => Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= max,
  );

const type = <T extends string>(name: T) => z.custom<T>((value) => value === name);
const ANY = /^/;
const SAFE = /^[A-Za-z0-9_-]+$/;
const id = z.optional(text(64));
const name = text(64);
const room = text(Infinity, ANY); // Judged later, so that its error can say what is wrong.
const seq = integer();
const data = z.optional(z.unknown());

const position: z.ZodMiniType<PingPosition> = z.object({
  room,
  epoch: name,
  seq,
  presence: z.optional(text(64, ANY)),
});

// One schema per type, looked up by the frame's type: cheaper and clearer in its errors than a union.
const schemas = {
  hello: z.object({
    type: type("hello"),
    token: z.optional(text(8192, ANY)),
    session: z.optional(text(64, /^[A-Za-z0-9_-]{16,}$/)),
  }),
  join: z.object({
    type: type("join"),
    id,
    room,
    epoch: z.optional(name),
    seq: z.optional(seq),
    last: z.optional(integer(100)),
  }),
  leave: z.object({ type: type("leave"), id, room }),
  publish: z.object({
    type: type("publish"),
    room,
    event: name,
    data,
    mid: text(64, SAFE),
    epoch: z.optional(name),
    after: z.optional(seq),
  }),
  signal: z.object({ type: type("signal"), id, room, event: name, data }),
  history: z.object({
    type: type("history"),
    id,
    room,
    epoch: z.optional(name),
    after: z.optional(seq),
    before: z.optional(seq),
    limit: z.optional(integer(256)),
  }),
  who: z.object({ type: type("who"), id, room }),
  ping: z.object({
    type: type("ping"),
    id,
    rooms: z.optional(
      z.custom<PingPosition[]>(
        (value) => Array.isArray(value) && value.every((item) => position.safeParse(item).success),
      ),
    ),
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
  if (typeof type !== "string") return badFrame("a frame is an object with a string `type`");
  const schema = table.get(type);
  if (!schema) return { code: "unknown_frame", message: `unknown frame type ${quote(type)}` };
  const result = schema.safeParse(value);
  if (result.success) return { frame: result.data };
  const path = result.error.issues[0]?.path.join(".");
  return badFrame(`${type}: the field \`${path}\` is missing or wrong`);
}

export function badFrame(message: string): ShapedFrame {
  return { code: "bad_frame", message };
}

function quote(text: string): string {
  return JSON.stringify(text.length > 32 ? `${text.slice(0, 32)}…` : text);
}
