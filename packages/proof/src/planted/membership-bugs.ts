import { type PlantedBug, plant } from "./planted-bug.ts";

const STORE = "core/src/memory-connection-store.ts";
const MEMBERSHIPS = "core/src/memberships.ts";
const PING = "core/src/handle-ping.ts";
const PRESENCE = "core/src/presence.ts";

/** Bugs of connections, leases, groups and presence. */
export const MEMBERSHIP_BUGS: readonly PlantedBug[] = [
  plant("no-tombstone", "G8, F7", STORE, "tombstones.add(connectionId);", ""),
  plant(
    "no-lease",
    "G8, F10",
    STORE,
    "return row && row.expiresAt > clock.now() ? row : undefined;",
    "return row;",
  ),
  plant(
    "lease-is-not-renewed",
    "G8, F10",
    "core/src/transport.ts",
    "if (connection && !close) renewLease(handling, connection);",
    "",
  ),
  plant(
    "lease-goes-back",
    "G8, F14",
    STORE,
    "row.expiresAt = Math.max(row.expiresAt, expiresAt);",
    "row.expiresAt = expiresAt - 30_000;",
  ),
  plant(
    "closed-connection-is-welcomed",
    "G8, F7",
    "core/src/handle-hello.ts",
    "if (!(await store.open(opened))) throw connectionClosed();",
    "await store.open(opened);",
  ),
  plant(
    "join-does-not-write",
    "G9",
    MEMBERSHIPS,
    "if (!(await store.join(connectionId, room))) return false;",
    "",
  ),
  plant(
    "group-not-joined",
    "G9",
    MEMBERSHIPS,
    "await pusher.groups?.join(groupName(protocol, room), connectionId);",
    "",
  ),
  {
    name: "store-is-left-before-the-group",
    gateway: "azure",
    breaks: "G9, leave overtaken by join",
    edits: [
      {
        file: MEMBERSHIPS,
        find: "isLeft = await context.store.leave(connectionId, room);",
        replace: "isLeft = early;",
      },
      {
        file: MEMBERSHIPS,
        find: "let failure: { error: unknown } | undefined;",
        replace:
          "let failure: { error: unknown } | undefined;\n  const early = await context.store.leave(connectionId, room);",
      },
    ],
  },
  plant(
    "clean-up-does-nothing",
    "G8, F7",
    "core/src/hub.ts",
    'await dropConnection(context, invocation, connectionId, "disconnected");',
    "void connectionId;",
  ),
  plant(
    "no-head-in-pong",
    "G6, F1",
    PING,
    "if (state.epoch === epoch && state.head === seq && samePresence) return undefined;",
    "if (samePresence) return undefined;",
  ),
  plant(
    "lost-membership-untold",
    "G6, F8",
    PING,
    "if (!connection?.rooms.includes(room)) return { room, joined: false };",
    "if (!connection?.rooms.includes(room)) return undefined;",
  ),
  plant(
    "no-presence-in-pong",
    "G8: presence converges",
    PING,
    "const samePresence = !online || presence === undefined || presence === online.version;",
    "const samePresence = true;",
  ),
  plant(
    "presence-is-remembered-for-ever",
    "G8: presence converges",
    PRESENCE,
    "const fresh = state && clock.now() - known.readAt < windowFor(state.online);",
    "const fresh = state;",
  ),
  plant(
    "presence-of-connections",
    "G8, F15",
    "core/src/read-presence.ts",
    "for (const { userId, name } of page.members) {",
    "for (const { connectionId: userId, name } of page.members) {",
  ),
  plant("presence-herd", "F12", PRESENCE, "if (inTime && wait > 0) await clock.sleep(wait);", ""),
  plant(
    "strangers-are-not-told-of",
    "G8: a lost leave",
    PING,
    "...(others.length > 0 ? { others } : {}),",
    "",
  ),
];
