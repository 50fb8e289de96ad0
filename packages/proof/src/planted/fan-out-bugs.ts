import { type PlantedBug, plant } from "./planted-bug.ts";

const FAN_OUT = "core/src/fan-out.ts";
const PAGES = "core/src/member-pages.ts";
const PUSH = "core/src/push-to-room.ts";
const PUBLISH = "core/src/handle-publish.ts";

/** Bugs of the fan-out. */
export const FAN_OUT_BUGS: readonly PlantedBug[] = [
  plant(
    "no-prune-on-gone",
    "G9, F6",
    FAN_OUT,
    'await drop(connectionId, "gone").catch(',
    "void ((_: unknown) => undefined)(",
  ),
  {
    name: "clean-up-throws",
    breaks: "G9, F6",
    edits: [
      {
        file: FAN_OUT,
        find: 'await drop(connectionId, "gone").catch((error: unknown) =>',
        replace: 'await drop(connectionId, "gone"); ((error: unknown) =>',
      },
    ],
  },
  plant(
    "abort-on-first-failure",
    "G9, F5",
    FAN_OUT,
    'return "failed";\n  }\n  if (result',
    "throw error;\n  }\n  if (result",
  ),
  plant(
    "throttled-is-given-up",
    "G9, F5",
    FAN_OUT,
    'if (result !== "throttled") return;',
    "return;",
  ),
  plant("first-page-only", "G9", PAGES, "ended = page.cursor === undefined;", "ended = true;"),
  plant(
    "page-skipped",
    "G9",
    PAGES,
    "const member = members[index];\n      if (member) {",
    "const member = members[index];\n      if (member && index < 2) {",
  ),
  plant("rest-is-dropped", "G9, F1", PUSH, "if (rest) await queue", "if (!report) await queue"),
  plant(
    "job-without-progress-is-queued",
    "G9, F1",
    "core/src/fan-out-job.ts",
    "if (rest.cursor === cursor)",
    "if (!rest)",
  ),
  plant(
    "fan-out-not-awaited",
    "G9, F16",
    PUBLISH,
    "invocation.trackFanOut(fanOutMessage(",
    "void (fanOutMessage(",
  ),
  plant(
    "sender-gets-its-own",
    "calm: an echo",
    FAN_OUT,
    "|| member.connectionId === task.except",
    "",
  ),
  plant(
    "pushed-to-another-room",
    "G10",
    PAGES,
    "store.members(task.room, {",
    'store.members("lobby", {',
  ),
  {
    name: "join-reads-before-it-writes",
    breaks: "join then read",
    edits: [
      {
        file: "core/src/handle-rooms.ts",
        find: "const log = await readJoined(handling.context, room, mayResume ? position : undefined, wanted);",
        replace: "const log = early;",
      },
      {
        file: "core/src/handle-rooms.ts",
        find: "if (connection.rooms.includes(room)) await joinGroup(handling.context, connection, room);",
        replace: `const asked = mayResume ? position : undefined;
  const early = await readJoined(handling.context, room, asked, wanted);
  await handling.context.clock.sleep(40);
  if (connection.rooms.includes(room)) await joinGroup(handling.context, connection, room);`,
      },
    ],
  },
];
