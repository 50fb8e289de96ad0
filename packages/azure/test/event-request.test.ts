import { describe, expect, it } from "vitest";
import { type EventRequest, readBody } from "../src/event-request.ts";

const MEGABYTE = 1024 * 1024;

/** A request that holds so many bytes, and how much of it was read. */
function requestOf(
  bytes: number,
  { length, isStream = true }: { length?: number; isStream?: boolean } = {},
) {
  const read = { bytes: 0, cancelled: 0 };
  const take = (size: number) => {
    const taken = Math.min(size, bytes - read.bytes);
    read.bytes += taken;
    return new Uint8Array(taken);
  };
  const reader = {
    async read() {
      const value = take(MEGABYTE / 4);
      return value.length > 0 ? { done: false, value } : { done: true };
    },
    async cancel() {
      read.cancelled++;
      throw new Error("it is gone");
    },
  };
  const request: EventRequest = {
    ...{ method: "POST", url: "/" },
    headers: { get: () => (length === undefined ? null : String(length)) },
    body: isStream ? { getReader: () => reader } : null,
    text: async () => "",
    arrayBuffer: async () => take(bytes).buffer,
  };
  return { request, read };
}

describe("the body of an event", () => {
  it.each([true, false])(
    "may have a megabyte, and no byte more (a stream: %s)",
    async (isStream) => {
      expect(await readBody(requestOf(MEGABYTE, { isStream }).request)).toHaveLength(MEGABYTE);
      expect(await readBody(requestOf(MEGABYTE + 1, { isStream }).request)).toBeUndefined();
      expect(await readBody(requestOf(0, { isStream }).request)).toHaveLength(0);
    },
  );

  it("is read no further than that, however long it is", async () => {
    const { request, read } = requestOf(100 * MEGABYTE);
    expect(await readBody(request)).toBeUndefined();
    expect(read).toEqual({ bytes: (5 / 4) * MEGABYTE, cancelled: 1 });
  });

  it("is not read at all if more is announced, and is measured whatever is announced", async () => {
    const announced = requestOf(10, { length: MEGABYTE + 1 });
    expect(await readBody(announced.request)).toBeUndefined();
    expect(announced.read.bytes).toBe(0);
    expect(await readBody(requestOf(MEGABYTE + 1, { length: 3 }).request)).toBeUndefined();
    expect(await readBody(requestOf(3, { length: 3 }).request)).toHaveLength(3);
  });

  it("may come in texts", async () => {
    const texts = ["zoë", " 🦊"];
    const { request } = requestOf(0);
    const read = async () => ({ done: texts.length === 0, value: texts.shift() });
    const body = { getReader: () => ({ read, cancel: async () => undefined }) };
    const bytes = await readBody({ ...request, body });
    expect(Buffer.from(bytes ?? []).toString()).toBe("zoë 🦊");
  });
});
