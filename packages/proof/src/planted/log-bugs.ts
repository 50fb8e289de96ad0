import { type PlantedBug, plant } from "./planted-bug.ts";

const LOG = "core/src/slot-room-log.ts";
const SCAN = "core/src/slot-scan.ts";
const MEMORY = "core/src/memory-slot-store.ts";

/** Bugs of compare-and-append, retention and reading. */
export const LOG_BUGS: readonly PlantedBug[] = [
  plant(
    "ack-before-append",
    "G1, F1",
    LOG,
    "return await slots.put(room, epoch, seq, entry);",
    'void slots.put(room, epoch, seq, entry).catch(() => {}); return "stored";',
  ),
  plant(
    "no-dedupe",
    "G2, F2",
    SCAN,
    "if (slot.mid === entry.mid && slot.from?.id === entry.from?.id) {",
    "if (false) {",
  ),
  plant(
    "mid-of-anybody",
    "G2",
    SCAN,
    "slot.mid === entry.mid && slot.from?.id === entry.from?.id",
    "slot.mid === entry.mid",
  ),
  plant(
    "scan-from-head",
    "G2, condition 2",
    LOG,
    "scanned: position ? position.after : state.head",
    "scanned: state.head",
  ),
  plant(
    "own-slot-not-recognised",
    "G2, F4, condition 5",
    LOG,
    "return { state: { ...state, head }, scanned: head, lostRace: true };",
    "return { state: { ...state, head: head + 1 }, scanned: head + 1 };",
  ),
  {
    name: "blind-put",
    breaks: "G3, F3",
    edits: [
      {
        file: MEMORY,
        find: 'if (seq !== head(room) + 1) return "taken";',
        replace: 'if (seq > head(room) + 1) return "taken";',
      },
      { file: MEMORY, find: "room.slots.push({", replace: "room.slots[seq - room.oldest] = ({" },
    ],
  },
  plant(
    "hole-accepted",
    "G2, condition 1",
    SCAN,
    'if (slot.seq !== head + 1) return { status: "hole" };',
    "",
  ),
  {
    name: "undecided-appended",
    breaks: "G2, F13, condition 4",
    edits: [
      {
        file: LOG,
        find: 'if (position.after < state.oldest - 1) return "undecided";',
        replace: "",
      },
      {
        file: LOG,
        find: 'if (scanned < state.oldest - 1) return { status: "undecided", ...state };',
        replace: "if (scanned < state.oldest - 1) return { state, scanned: state.oldest - 1 };",
      },
    ],
  },
  plant(
    "other-epoch-accepted",
    "G4, epoch",
    LOG,
    "if (position.epoch !== state.epoch || position.after > state.head)",
    "if (position.after > state.head)",
  ),
  plant(
    "wrong-seq-for-a-retry",
    "G2",
    LOG,
    '{ status: "duplicate", entry: earlier, ...known }',
    '{ status: "duplicate", entry: { ...earlier, seq: known.head }, ...known }',
  ),
  plant(
    "retention-restarts-seq",
    "G3, F13, condition 3",
    MEMORY,
    "room.oldest += room.slots.splice(0, count).length;",
    "room.slots.splice(0, count);",
  ),
  plant(
    "partial-replay-looks-whole",
    "G4",
    "core/src/read-log.ts",
    "return after === page.head || page.entries[0]?.seq === after + 1;",
    "return true;",
  ),
  plant(
    "no-ack-for-a-refused-retry",
    "G2, F4",
    "core/src/slot-room-log.ts",
    '? { status: "duplicate", entry: earlier, ...known }',
    '? { status: "mid-conflict", seq: earlier.seq, ...known }',
  ),
  plant(
    "position-without-log",
    "G2, inboxes",
    "core/src/handle-publish.ts",
    "  if (position) return store(handling, message);",
    "  return store(handling, message);",
  ),
];
