import { type CosKeys, numberIn } from "./cos-keys.ts";
import type { CosListed, CosRequests } from "./cos-requests.ts";

/** What a room's log shows of itself in listings, which are hints: only a GET proves a slot. */
export interface CosLogBounds {
  /** Undefined: it is not listed. */
  readonly epoch: string | undefined;
  /** The seq before the oldest slot that is there. */
  readonly floor: number;
  /** A slot that is there, or the floor; others may follow. */
  readonly head: number;
  /** Slots to which no other leads, the greatest first; perhaps nobody has come to them yet. */
  readonly lone: readonly number[];
  /** Beginnings that no trim has come to. */
  readonly strays: readonly number[];
}

/** What reading the bounds of a log needs. */
export interface CosLogBoundsParts {
  requests: CosRequests;
  keys: CosKeys;
}

/** Objects of a log, newest first. */
interface Found {
  epoch?: string;
  readonly floors: number[];
  readonly slots: number[];
}

const FIRST_KEYS = 5; // The epoch, where the log begins (more than once while it is trimmed), two slots.
const MAX_LISTED = 1000;

/**
 * Reads where a log begins and ends: one LIST, as long as what it shows fits together. Slots follow
 * each other, and a trimmed log has one after its floor: what is alone was put there by somebody else, or
 * the listing is not up to date.
 */
export async function readLogBounds(parts: CosLogBoundsParts, room: string): Promise<CosLogBounds> {
  const { requests, keys } = parts;
  const prefix = keys.log(room);
  const page = await requests.list({ prefix, limit: FIRST_KEYS });
  const { epoch, floors, slots } = sort(parts, room, page.objects);
  // Floors stand before slots: where a slot is shown, none is missing.
  const isWhole = slots.length > 0 || page.nextMarker === undefined;
  const first = isWhole
    ? { floors, slots, marker: page.nextMarker }
    : { floors: await listFloors(parts, room), slots: [], marker: `${prefix}s` };
  const { slot, lone } = await findSlot(parts, room, first);
  const bounds =
    slot === undefined
      ? await findBeginning(parts, room, first.floors[0] ?? 0, lone.at(-1))
      : await findFloor(parts, room, first.floors, slot);
  return { epoch, lone, ...bounds };
}

/** Tells the objects of a log from others, which are passed over. */
function sort(
  { requests, keys }: CosLogBoundsParts,
  room: string,
  objects: readonly CosListed[],
): Found {
  const found: Found = { floors: [], slots: [] };
  const { length } = keys.log(room);
  for (const { key, etag } of objects) {
    const number = numberIn(key.slice(length + 1));
    if (key === keys.epoch(room)) found.epoch = etag;
    else if (number !== undefined && key[length] === "f") found.floors.push(number);
    else if (number !== undefined && key[length] === "s") found.slots.push(number);
    else requests.distrust("an object of a log", key, { room });
  }
  return found;
}

async function listFloors(parts: CosLogBoundsParts, room: string): Promise<number[]> {
  const prefix = `${parts.keys.log(room)}f`;
  const floors: number[] = [];
  let after: string | undefined;
  do {
    const page = await parts.requests.list({ prefix, after, limit: MAX_LISTED });
    floors.push(...sort(parts, room, page.objects).floors);
    after = page.nextMarker;
  } while (after !== undefined);
  return floors;
}

/** The greatest slot to which others lead; behind the marker there may be more of them. */
async function findSlot(
  parts: CosLogBoundsParts,
  room: string,
  first: { slots: readonly number[]; floors: readonly number[]; marker: string | undefined },
): Promise<{ slot: number | undefined; lone: readonly number[] }> {
  const lone: number[] = [];
  let { slots, marker } = first;
  for (;;) {
    for (const [index, slot] of slots.entries()) {
      const before = slot - 1;
      const follows = before === 0 || slots[index + 1] === before || first.floors.includes(before);
      if (follows || (await isThere(parts, room, before))) return { slot, lone };
      lone.push(slot);
    }
    if (marker === undefined) return { slot: undefined, lone };
    const prefix = `${parts.keys.log(room)}s`;
    const page = await parts.requests.list({ prefix, after: marker, limit: MAX_LISTED });
    slots = sort(parts, room, page.objects).slots;
    marker = page.nextMarker;
  }
}

/** The floor of a log that has this slot. */
async function findFloor(
  parts: CosLogBoundsParts,
  room: string,
  floors: readonly number[],
  slot: number,
): Promise<Pick<CosLogBounds, "floor" | "head" | "strays">> {
  const strays: number[] = [];
  for (const floor of floors) {
    if (floor < slot) return { floor, head: slot, strays };
    if (await isThere(parts, room, floor + 1)) return { floor, head: floor + 1, strays };
    strays.push(floor);
  }
  return { floor: 0, head: slot, strays };
}

/** The floor of a log of which no slot leads to another: that of the only one, where none follows the floor. */
async function findBeginning(
  parts: CosLogBoundsParts,
  room: string,
  floor: number,
  slot: number = 0,
): Promise<Pick<CosLogBounds, "floor" | "head" | "strays">> {
  const isFirst = slot > floor && !(await isThere(parts, room, floor + 1));
  const begin = isFirst ? slot - 1 : floor;
  return { floor: begin, head: begin, strays: [] };
}

async function isThere(
  { requests, keys }: CosLogBoundsParts,
  room: string,
  seq: number,
): Promise<boolean> {
  return (await requests.get(keys.slot(room, seq))) !== undefined;
}
