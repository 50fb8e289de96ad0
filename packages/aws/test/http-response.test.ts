import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HttpFailure } from "../src/http-failure.ts";
import { headerOf } from "../src/http-head.ts";
import {
  createResponseReader,
  type HttpResponse,
  type ResponseLimits,
  type ResponseReader,
} from "../src/http-response.ts";
import { malformed, OK, whole } from "./http-response-cases.ts";

/** What a response came to, for comparing. */
function seen(found: HttpResponse | undefined) {
  return found && { status: found.status, keepAlive: found.keepAlive, body: found.bytes };
}

function readAll(reader: ResponseReader, parts: readonly string[]) {
  const found: unknown[] = [];
  for (const part of parts) {
    const next = reader.push(part);
    if (next) found.push(seen(next));
  }
  return found;
}

const read = (text: string, limits?: ResponseLimits) =>
  readAll(createResponseReader(limits), [text])[0];

function failureOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    if (error instanceof HttpFailure) return error.kind;
    throw error;
  }
  return undefined;
}

describe("createResponseReader", () => {
  it.each(whole)("reads %s", (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each(whole)("reads %s however it is cut, and the next one", (_, text, expected) => {
    const next = `${OK}Content-Length: 4\r\n\r\nnext`;
    const property = fc.property(
      fc.uniqueArray(fc.nat({ max: text.length }), { maxLength: 8 }),
      (cuts) => {
        const reader = createResponseReader();
        const at = [0, ...cuts.sort((a, b) => a - b), text.length];
        const parts = at.slice(1).map((end, index) => text.slice(at[index], end));
        const [found, ...others] = readAll(reader, [...parts.slice(0, -1)]);
        const last = found ?? readAll(reader, parts.slice(-1))[0];
        expect(last).toMatchObject({ status: expected.status, body: expected.body });
        expect(others).toEqual([]);
        if (!expected.keepAlive) return;
        expect(reader.begun).toBe(false);
        expect(readAll(reader, [next])).toEqual([{ status: 200, keepAlive: true, body: "next" }]);
      },
    );
    fc.assert(property, { numRuns: 50 });
  });

  it.each(malformed)("refuses %s", (_, text) => {
    expect(failureOf(() => read(text))).toBe("protocol");
  });

  it.each(malformed)("refuses %s byte by byte", (_, text) => {
    const reader = createResponseReader();
    expect(failureOf(() => readAll(reader, [...text]))).toBe("protocol");
  });

  it("reads a body up to the end of the connection", () => {
    const reader = createResponseReader();
    expect(readAll(reader, [`${OK}A: b\r\n\r\nhel`, "lo"])).toEqual([]);
    expect(reader.begun).toBe(true);
    expect(seen(reader.end())).toEqual({ status: 200, keepAlive: false, body: "hello" });
  });

  it.each([
    ["nothing", ""],
    ["half a head", "HTTP/1.1 2"],
    ["half a body", `${OK}Content-Length: 2\r\n\r\nx`],
    ["half a chunk", `${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nx`],
    ["no last chunk", `${OK}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n`],
  ])("takes %s for no response when the connection ends", (_, text) => {
    const reader = createResponseReader();
    expect(readAll(reader, [text])).toEqual([]);
    expect(reader.begun).toBe(text !== "");
    expect(reader.end()).toBeUndefined();
  });

  it("bounds heads, interim ones counted with them", () => {
    const limits = { maxHeadBytes: 100 };
    const head = (length: number) => {
      const rest = "\r\nContent-Length: 0\r\n\r\n";
      return `${OK}A: ${"x".repeat(length - OK.length - 3 - rest.length)}${rest}`;
    };
    expect(head(100)).toHaveLength(100);
    expect(read(head(100), limits)).toMatchObject({ status: 200 });
    expect(failureOf(() => read(head(101), limits))).toBe("protocol");
    expect(failureOf(() => read("H".repeat(101), limits))).toBe("protocol");
    const interim = "HTTP/1.1 100 C\r\n\r\n";
    expect(failureOf(() => read(`${interim}${head(90)}`, limits))).toBe("protocol");
    expect(read(`${interim}${head(100 - interim.length)}`, limits)).toMatchObject({ status: 200 });
  });

  it("counts the interim heads of one response only", () => {
    const text = `HTTP/1.1 100 C\r\n\r\n${OK}Content-Length: 0\r\n\r\n`;
    const reader = createResponseReader({ maxHeadBytes: text.length });
    expect(readAll(reader, [text, text, text])).toHaveLength(3);
  });

  it.each([
    ["a length", (length: number) => `Content-Length: ${length}\r\n\r\n${"x".repeat(length)}`],
    [
      "chunks",
      (length: number) => {
        const chunks = `1\r\nx\r\n${(length - 1).toString(16)}\r\n${"x".repeat(length - 1)}`;
        return `Transfer-Encoding: chunked\r\n\r\n${chunks}\r\n0\r\n\r\n`;
      },
    ],
  ])("bounds bodies with %s", (_, rest) => {
    expect(read(OK + rest(50), { maxBodyBytes: 50 })).toMatchObject({ body: "x".repeat(50) });
    expect(failureOf(() => read(OK + rest(51), { maxBodyBytes: 50 }))).toBe("protocol");
  });

  it("bounds bodies that end with the connection", () => {
    const reader = createResponseReader({ maxBodyBytes: 50 });
    expect(readAll(reader, [`${OK}\r\n${"x".repeat(50)}`])).toEqual([]);
    expect(failureOf(() => readAll(reader, ["x"]))).toBe("protocol");
  });

  it("refuses a body that is announced too large before it comes", () => {
    const limits = { maxBodyBytes: 50 };
    expect(failureOf(() => read(`${OK}Content-Length: 51\r\n\r\n`, limits))).toBe("protocol");
    const chunked = `${OK}Transfer-Encoding: chunked\r\n\r\n33\r\n`;
    expect(failureOf(() => read(chunked, limits))).toBe("protocol");
  });

  it("throws nothing but HttpFailure, whatever comes", () => {
    // One character a byte, as it is read. All characters would take seconds to prepare.
    const byte = fc.nat(0xff).map((code) => String.fromCharCode(code));
    const piece = fc.oneof(
      fc.constantFrom(
        OK,
        "\r\n",
        "Content-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\n",
        "3\r\n",
      ),
      fc.constantFrom("HTTP/1.1 100 C\r\n", "0\r\n", "abc", "Connection: close\r\n", "\r", "\n"),
      fc.string({ unit: byte, maxLength: 5 }),
    );
    const property = fc.property(fc.array(piece, { maxLength: 12 }), (parts) => {
      expect([undefined, "protocol"]).toContain(
        failureOf(() => readAll(createResponseReader(), parts)),
      );
    });
    fc.assert(property, { numRuns: 500 });
  });

  it("finds headers whatever the case of their names", () => {
    const text = `${OK}X-Amzn-ErrorType:  GoneException \r\nx-amzn: y\r\nContent-Length: 0\r\n\r\n`;
    const found = createResponseReader().push(text);
    if (!found) throw new Error("no response");
    expect(headerOf(found.head, "x-amzn-errortype")).toBe("GoneException");
    expect(headerOf(found.head, "errortype")).toBeUndefined();
  });
});
