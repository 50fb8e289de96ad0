import { Buffer } from "node:buffer";
import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** What a frame is made of (RFC 6455, section 5.2). */
export interface RawFrame {
  opcode: number;
  payload?: string | Uint8Array;
  /** Whether it ends its message. (Default: true) */
  fin?: boolean;
  /** Bits that no extension has given a meaning. (Default: 0) */
  reserved?: number;
  /** Whether it is masked, as a client's frames must be. (Default: true) */
  masked?: boolean;
}

/** A client without any library, which can do what no library lets it do. */
export interface RawClient {
  readonly socket: Socket;
  /** Writes frames, as one piece. */
  send(...frames: RawFrame[]): void;
  /** Everything that the gateway has sent, its handshake included. */
  received(): Buffer;
  /** The payload of the next frame with this opcode, however long it takes. */
  frame(opcode: number): Promise<Buffer>;
}

const MASK = Buffer.from([0x12, 0x34, 0x56, 0x78]);

/** Encodes a frame. */
export function encodeFrame({ opcode, payload = "", ...bits }: RawFrame): Buffer {
  const { fin = true, reserved = 0, masked = true } = bits;
  const bytes = Buffer.from(payload);
  const wide = bytes.length > 125 ? (bytes.length > 65_535 ? 8 : 2) : 0;
  const length = Buffer.alloc(wide);
  if (wide === 2) length.writeUInt16BE(bytes.length);
  if (wide === 8) length.writeBigUInt64BE(BigInt(bytes.length));
  const size = wide === 8 ? 127 : wide === 2 ? 126 : bytes.length;
  const second = (masked ? 0x80 : 0) | size;
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  const body = masked ? bytes.map((byte, index) => byte ^ Number(MASK[index % 4])) : bytes;
  return Buffer.concat([Buffer.from([first, second]), length, masked ? MASK : Buffer.of(), body]);
}

/**
 * Connects to a gateway and shakes hands.
 *
 * @param path What is asked for, such as `/prod`.
 * @param early What is written with the handshake, before it is answered.
 */
export async function connectRaw(
  port: number,
  path: string,
  early: readonly RawFrame[] = [],
): Promise<RawClient> {
  const socket = createConnection({ port, host: "127.0.0.1", allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => undefined);
  let bytes = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
  });
  const handshake = [
    `GET ${path} HTTP/1.1`,
    ...["Host: x", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"],
    ...["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", ""],
  ];
  socket.write(Buffer.concat([Buffer.from(handshake.join("\r\n")), ...early.map(encodeFrame)]));
  while (!bytes.includes("\r\n\r\n")) await once(socket, "data");
  let at = bytes.indexOf("\r\n\r\n") + 4;

  /** The next whole frame, if it is there. */
  function take(): { opcode: number; payload: Buffer } | undefined {
    if (bytes.length < at + 2) return undefined;
    const short = bytes.readUInt8(at + 1);
    const from = at + (short === 126 ? 4 : 2);
    if (bytes.length < from) return undefined;
    const end = from + (short === 126 ? bytes.readUInt16BE(at + 2) : short);
    if (bytes.length < end) return undefined;
    const frame = { opcode: bytes.readUInt8(at) & 0x0f, payload: bytes.subarray(from, end) };
    at = end;
    return frame;
  }

  return {
    socket,
    send: (...frames) => void socket.write(Buffer.concat(frames.map(encodeFrame))),
    received: () => bytes,
    async frame(opcode) {
      for (;;) {
        const next = take();
        if (next?.opcode === opcode) return next.payload;
        if (!next) await once(socket, "data");
      }
    },
  };
}
