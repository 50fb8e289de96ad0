/** Fields of the row of the connection `bad`; undefined: without it. */
export type BadFields = Record<string, string | undefined>;

const NONE = undefined;
const c = { connectionId: "bad", protocol: "hubbub.v1", connectedAt: 1 };
const u = { userId: "user-of-bad" };
const m = { connectionId: "bad", userId: "user-of-bad", protocol: "hubbub.v1" };
const json = JSON.stringify;

/** Fields that nobody reads but `get` and `close`. */
export const BAD_CONNECTIONS: [string, BadFields][] = [
  ["no connection", { c: NONE }],
  ["a connection that is no JSON", { c: '{"connectionId":' }],
  ["null", { c: "null" }],
  ["a number", { c: "1" }],
  ["a list", { c: json([c]) }],
  ["a connection of another id", { c: json({ ...c, connectionId: "good" }) }],
  ["an unknown protocol", { c: json({ ...c, protocol: "admin" }) }],
  ["a beginning that is a text", { c: json({ ...c, connectedAt: "1" }) }],
  ["an end of rights that is a text", { c: json({ ...c, authExpiresAt: "1" }) }],
  ["no user", { u: NONE }],
  ["a user that is no JSON", { u: "eve" }],
  ["a user that is null", { u: "null" }],
  ["a user without an id", { u: json({ name: "Eve" }) }],
  ["a name that is a number", { u: json({ ...u, name: 1 }) }],
  ["a lease in another notation", { e: "0x7fffffffffffffff" }],
];

/** Fields that members are read from as well. */
export const BAD_MEMBERS: [string, BadFields][] = [
  ["no member", { m: NONE }],
  ["a member that is no JSON", { m: "{" }],
  ["a member that is null", { m: "null" }],
  ["a member that is a number", { m: "1" }],
  ["a member that is a list", { m: json([m]) }],
  ["a member of another id", { m: json({ ...m, connectionId: "good" }) }],
  ["a member without a user", { m: json({ ...m, userId: 1 }) }],
  ["a member whose name is an object", { m: json({ ...m, name: {} }) }],
  ["a member of an unknown protocol", { m: json({ ...m, protocol: "admin" }) }],
];

/** Fields that scripts need. */
export const BAD_LEASES: [string, BadFields][] = [
  ["no user's key", { k: NONE }],
  ["no lease", { e: NONE }],
  ["an empty lease", { e: "" }],
  ["a lease that is a text", { e: "never" }],
  ["a lease without an end", { e: "inf" }],
  ["a lease beyond numbers", { e: "1e999" }],
  ["a lease that is no number", { e: "nan" }],
];
