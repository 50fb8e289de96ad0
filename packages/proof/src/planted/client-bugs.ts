import { type PlantedBug, plant } from "./planted-bug.ts";

const SEQUENCER = "client/src/sequencer.ts";
const DELIVERY = "client/src/delivery.ts";
const SYNC = "client/src/room-sync.ts";
const CONNECTOR = "client/src/connector.ts";
const HEARTBEAT = "client/src/heartbeat.ts";

/** Bugs of the client. */
export const CLIENT_BUGS: readonly PlantedBug[] = [
  plant(
    "no-client-order",
    "G3, G4",
    SEQUENCER,
    "else if (seq > from) {",
    "else if (position && seq > from) { r.position = { epoch, seq }; deliver(r, entry, epoch, backlog); }\n    else if (seq > from) {",
  ),
  plant(
    "no-client-dedupe",
    "G5",
    SEQUENCER,
    "else if (seq > from) {",
    "else if (position && seq <= from) deliver(r, entry, epoch, backlog);\n    else if (seq > from) {",
  ),
  {
    name: "epochs-mixed",
    breaks: "G4, epoch",
    edits: [
      {
        file: SEQUENCER,
        find: "if (position && epoch !== position.epoch) sync(r);",
        replace: "if (false) sync(r);",
      },
      {
        file: SEQUENCER,
        find: "if (!entry || found !== epoch) break;",
        replace: "if (!entry || !found) break;",
      },
    ],
  },
  plant("gaps-are-not-repaired", "G6, F1", SEQUENCER, "void repair(r);", ""),
  plant(
    "silent-reset",
    "G4",
    SYNC,
    'r.events.emit("reset", { epochChanged, from, to: last, oldest, head });',
    "void [epochChanged, from, last, oldest, head];",
  ),
  plant(
    "lost-join-is-forgotten",
    "G6",
    SYNC,
    "    attach(r, connection);\n  else onJoined",
    "    return;\n  else onJoined",
  ),
  plant(
    "refused-join-is-final",
    "G6",
    SYNC,
    'if (frame.retryable || code === "internal") {',
    "if (false) {",
  ),
  plant(
    "not-joined-is-ignored",
    "G6, F8",
    SYNC,
    'if (!forgotten && (code !== "not_joined" || r.foreign)) return false;',
    "if (!forgotten) return false;",
  ),
  plant("overlap-is-delivered-again", "G5", SYNC, "(old.seq >= begin && old.seq <= head)", "false"),
  plant(
    "after-moves-on-retry",
    "G2, condition 2",
    DELIVERY,
    "at ??= { ...r.position };",
    "at = { ...r.position };",
  ),
  plant(
    "after-moved-by-reset",
    "G2, condition 2",
    DELIVERY,
    "reading = !r.foreign;",
    "at = { epoch, seq: head };",
  ),
  {
    name: "new-mid-for-a-retry",
    breaks: "G2",
    edits: [
      { file: DELIVERY, find: "let reading = false;", replace: "let reading = false, tries = 0;" },
      {
        file: DELIVERY,
        find: 'return { type: "publish", event, data, mid, epoch, after };',
        replace:
          'return { type: "publish", event, data, mid: tries++ ? mid.concat("x") : mid, epoch, after };',
      },
    ],
  },
  plant(
    "lost-publish-is-forgotten",
    "G1, F4",
    "client/src/calls.ts",
    "else if (!answer) again(job);",
    "else if (!answer) finish(job, lost(connection));",
  ),
  plant("dead-link-is-not-noticed", "G6, F10", HEARTBEAT, "else dead();", ""),
  plant(
    "no-heartbeat",
    "G6, F1",
    HEARTBEAT,
    "probe();\n    });\n  };\n  const heard",
    "});\n  };\n  const heard",
  ),
  plant(
    "no-reconnect",
    "G6, F11",
    CONNECTOR,
    "if (!c.current) connectLater(c, backoffMs(c.failures++, c));",
    "",
  ),
  {
    name: "hello-is-not-repeated",
    breaks: "G6, F8",
    edits: [
      { file: SYNC, find: "if (forgotten) connection.greet();", replace: "" },
      {
        file: "client/src/client-frames.ts",
        find: "connection.greet();",
        replace: "{}",
      },
    ],
  },
];
