import { h, setText } from "./dom.ts";
import { count } from "./format.ts";
import { roomHash } from "./room-name.ts";
import type { RoomState } from "./room-state.ts";
import type { Row } from "./row-list.ts";

/** The list of rooms, as rows. */
export function roomRows(rooms: readonly RoomState[], active: string): Row[] {
  return rooms.map(({ name, unread }) => ({
    key: name,
    version: `${unread} ${name === active}`,
    create: () =>
      h(
        "li",
        {},
        h(
          "a",
          { class: "room", href: roomHash(name) },
          h("span", { class: "hash", "aria-hidden": "true" }, "#"),
          h("bdi", { class: "room-name" }, name),
          h("span", { class: "unread", "aria-hidden": "true" }),
          h("span", { class: "visually-hidden" }),
        ),
      ),
    update: (element) => updateRoom(element, name === active, unread),
  }));
}

function updateRoom(element: HTMLElement, active: boolean, unread: number): void {
  const link = element.querySelector("a");
  const badge = element.querySelector<HTMLElement>(".unread");
  const spoken = element.querySelector<HTMLElement>(".visually-hidden");
  if (!link || !badge || !spoken) return;
  if (active) link.setAttribute("aria-current", "page");
  else link.removeAttribute("aria-current");
  link.classList.toggle("has-unread", unread > 0);
  setText(badge, badgeText(unread));
  setText(spoken, unread ? `, ${count(unread, "unread message")}` : "");
}

function badgeText(unread: number): string {
  if (unread > 99) return "99+";
  return unread ? String(unread) : "";
}

/** The room that a key press moves on to, from the active one; undefined if there is no other. */
export function neighbour(rooms: readonly RoomState[], active: string, step: 1 | -1) {
  const index = rooms.findIndex(({ name }) => name === active);
  const next = rooms[(index + step + rooms.length) % rooms.length];
  return next?.name === active ? undefined : next?.name;
}
