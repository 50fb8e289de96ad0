import { sha256Hex } from "./sign-v4.ts";

/** A text, ready to be posted many times. */
export interface PostBody {
  /** SHA-256 of its UTF-8 bytes, in hexadecimal. */
  readonly hash: string;
  /** The headers about the body, the empty line and the body, one character a byte. */
  readonly text: string;
}

/** Prepares bodies, and knows the last ones: a broadcast is one text for each protocol, many times. */
export interface PostBodies {
  of(text: string): PostBody;
}

const KEPT = 4;

/** Creates an empty memory of bodies. */
export function createPostBodies(): PostBodies {
  const kept: { text: string; body: PostBody }[] = [];
  return {
    of(text) {
      for (const entry of kept) if (entry.text === text) return entry.body;
      const body = prepare(text);
      kept.unshift({ text, body });
      kept.length = Math.min(kept.length, KEPT);
      return body;
    },
  };
}

function prepare(text: string): PostBody {
  const bytes = Buffer.from(text);
  const headers = `content-type: application/octet-stream\r\ncontent-length: ${bytes.length}\r\n\r\n`;
  return { hash: sha256Hex(bytes), text: headers + bytes.toString("latin1") };
}
