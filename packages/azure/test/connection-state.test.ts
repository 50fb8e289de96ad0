import { createHmac, hkdfSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type CarriedConnection, createConnectionState } from "../src/connection-state.ts";

const MINUTE_MS = 60_000;
const start = Date.UTC(2026, 0);

function setUp(options: { secrets?: string[]; hub?: string; now?: number } = {}) {
  const { secrets = ["secret"], hub = "chat", now = start } = options;
  const clock = { now: () => now, sleep: async () => undefined };
  return createConnectionState({ secrets, hub, ttlMs: 5 * MINUTE_MS, clock });
}

const carried: CarriedConnection = {
  connection: {
    connectionId: "conn-1",
    user: { userId: "zoë 🦊", name: "Zoë" },
    protocol: "hubbub.v1",
    rooms: ["lobby", "e\u0301\u2028"],
    connectedAt: start - 1,
    expiresAt: start + 75_000,
    authExpiresAt: undefined,
  },
  confirmedAt: start,
};
const header = setUp().write("conn-1", carried);

const { user, protocol, rooms, connectedAt, expiresAt } = carried.connection;
const valid = [1, start, protocol, rooms, connectedAt, expiresAt, null, user];

/** A payload as whoever has the secret signs it. */
function signed(text: string): string {
  const payload = Buffer.from(text).toString("base64url");
  const key = Buffer.from(hkdfSync("sha256", "secret", "", "hubbub connection state 1", 32));
  const mac = createHmac("sha256", key).update(`chat\nconn-1\n${payload}`).digest("base64url");
  return `${payload}.${mac}`;
}

describe("the state of a connection", () => {
  it("is read as it was written, and written the same each time", () => {
    expect(setUp().read("conn-1", header)).toEqual(carried);
    expect(setUp().write("conn-1", carried)).toBe(header);
    const plain = { ...carried.connection, protocol: "plain" as const, authExpiresAt: start + 9 };
    const other = { ...carried, connection: plain };
    expect(setUp().read("conn-1", setUp().write("conn-1", other))).toEqual(other);
  });

  it("is a header's value: visible ASCII of less than 4 KB", () => {
    expect(header).toMatch(/^[\x21-\x7e]{1,4000}$/);
  });

  it.each([
    ["another connection", setUp(), "conn-2"],
    ["another hub", setUp({ hub: "lobby" }), "conn-1"],
    ["another key", setUp({ secrets: ["other"] }), "conn-1"],
    ["the end of its lease", setUp({ now: start + 75_000 }), "conn-1"],
  ])("is not believed for %s", (_what, state, connectionId) => {
    expect(state.read(connectionId, header)).toBeUndefined();
  });

  it("is not believed for longer than the store's word counts, however long the lease", () => {
    const connection = { ...carried.connection, expiresAt: start + 999 * MINUTE_MS };
    const long = setUp().write("conn-1", { ...carried, connection });
    expect(setUp({ now: start + 5 * MINUTE_MS - 1 }).read("conn-1", long)).toBeDefined();
    expect(setUp({ now: start + 5 * MINUTE_MS }).read("conn-1", long)).toBeUndefined();
  });

  it("outlives a change of keys, and the hub's name is that of any case", () => {
    expect(setUp({ secrets: ["new", "secret"], hub: "CHAT" }).read("conn-1", header)).toEqual(
      carried,
    );
    const fresh = setUp({ secrets: ["new", "secret"] }).write("conn-1", carried);
    expect(setUp({ secrets: ["new"] }).read("conn-1", fresh)).toEqual(carried);
  });

  it("says nothing where there is nothing, or too much", () => {
    const many = Array.from(
      { length: 50 },
      (_, n) => `a rather long name of a room ${"x".repeat(30)}${n}`,
    );
    const connection = { ...carried.connection, rooms: many };
    expect(setUp().write("conn-1", { ...carried, connection })).toBe("-");
    expect(setUp().write("conn-1", undefined)).toBe("-");
    expect(setUp().read("conn-1", "-")).toBeUndefined();
    expect(setUp().read("conn-1", null)).toBeUndefined();
  });

  it("has at most 4,000 characters, and says nothing beyond them", () => {
    const lengths = Array.from({ length: 80 }, (_, n) => {
      const rooms = ["x".repeat(2800 + n)];
      return setUp().write("conn-1", { ...carried, connection: { ...carried.connection, rooms } });
    }).map(({ length }) => length);
    expect(Math.max(...lengths)).toBe(4000); // 2,967 bytes in base64, a dot, and a MAC of 43.
    expect(lengths.at(-1)).toBe(1);
  });

  it("is not believed with a character changed, added or taken away", () => {
    const state = setUp();
    for (let at = 0; at < header.length; at++) {
      const other = header[at] === "A" ? "B" : "A";
      expect(
        state.read("conn-1", header.slice(0, at) + other + header.slice(at + 1)),
      ).toBeUndefined();
      expect(state.read("conn-1", header.slice(0, at) + header.slice(at + 1))).toBeUndefined();
    }
    for (const wrong of [
      `${header}A`,
      `A${header}`,
      `${header}=`,
      header.toUpperCase(),
      "",
      ".",
      "eyJrZXkiOiJhIn0=",
      `.${header.slice(-43)}`,
      "x".repeat(5000),
    ]) {
      expect(state.read("conn-1", wrong)).toBeUndefined();
    }
  });

  it.each([
    ["an object", {}],
    ["null", null],
    ["an empty list", []],
    ["another version", [2, ...valid.slice(1)]],
    ["a time that is a text", [1, String(start), ...valid.slice(2)]],
    ["another protocol", [...valid.slice(0, 2), "x", ...valid.slice(3)]],
    ["rooms that are none", [...valid.slice(0, 3), [1], ...valid.slice(4)]],
    ["a lease that is none", [...valid.slice(0, 5), null, ...valid.slice(6)]],
    ["an end of rights that is none", [...valid.slice(0, 6), "9", ...valid.slice(7)]],
    ["nobody", valid.slice(0, 7)],
  ])("is not believed if it is signed and %s, as by another version", (_, row) => {
    expect(setUp().read("conn-1", signed(JSON.stringify(valid)))).toEqual(carried);
    expect(setUp().read("conn-1", signed(JSON.stringify(row)))).toBeUndefined();
  });

  it("is not believed if it is signed and no JSON", () => {
    expect(setUp().read("conn-1", signed("{"))).toBeUndefined();
  });
});
