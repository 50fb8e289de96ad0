import { cleanName } from "../guest.ts";
import { readRoomName } from "./room-name.ts";

/** Who this browser is, and where it was: kept in `localStorage`. */
export interface Identity {
  /** The nickname; empty until somebody was asked. */
  name: string;
  /** Proves who it is. It goes to the server only. */
  readonly secret: string;
  /** The rooms that were open last. */
  rooms: string[];
}

const memory = new Map<string, string>();

/** Where `localStorage` is forbidden, this page's life has to do. */
function read(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return memory.get(key);
  }
}

function write(key: string, value: string): void {
  memory.set(key, value);
  try {
    localStorage.setItem(key, value);
  } catch {
    // Kept in memory above.
  }
}

/** Which guest of this browser the page is, from its `?guest=` query: a second tab may be somebody else. */
export function guestNumber(): number {
  const number = Number(new URLSearchParams(location.search).get("guest") ?? "1");
  return Number.isSafeInteger(number) && number > 0 ? number : 1;
}

const key = (what: string) => `hubbub.guest-${guestNumber()}.${what}`;

function readRooms(): string[] {
  try {
    const rooms: unknown = JSON.parse(read(key("rooms")) ?? "[]");
    if (!Array.isArray(rooms)) return [];
    const names = rooms.map((room) => readRoomName(String(room)));
    return names.flatMap((read) => ("name" in read ? [read.name] : []));
  } catch {
    return [];
  }
}

/** Random characters of `[0-9a-f]`. `crypto.randomUUID` is missing where the page came without TLS. */
export function randomId(bytes = 16): string {
  const values = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(values, (value) => value.toString(16).padStart(2, "0")).join("");
}

/** Reads this guest, and gives a new one its secret. */
export function loadIdentity(): Identity {
  const secret = read(key("secret")) ?? randomId();
  write(key("secret"), secret);
  return { name: cleanName(read(key("name")) ?? ""), secret, rooms: readRooms() };
}

/** Keeps what has changed. */
export function saveIdentity(identity: Identity): void {
  write(key("name"), identity.name);
  write(key("rooms"), JSON.stringify(identity.rooms));
}

/** The theme that was chosen; undefined follows the system. */
export function loadTheme(): "light" | "dark" | undefined {
  const theme = read("hubbub.theme");
  return theme === "light" || theme === "dark" ? theme : undefined;
}

/** Keeps the theme that was chosen. */
export function saveTheme(theme: "light" | "dark"): void {
  write("hubbub.theme", theme);
}
