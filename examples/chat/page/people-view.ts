import type { Member } from "@hubbub/client";
import { avatar } from "./avatar.ts";
import { h } from "./dom.ts";
import { nameOf, type RoomState } from "./room-state.ts";
import type { Row } from "./row-list.ts";

/** The people of a room, as rows: oneself first, the others by name. */
export function peopleRows({ members = [] }: RoomState, me: string): Row[] {
  const rank = ({ id }: Member) => (id === me ? 0 : 1);
  const sorted = [...members].sort(
    (a, b) => rank(a) - rank(b) || nameOf(a).localeCompare(nameOf(b)) || (a.id < b.id ? -1 : 1),
  );
  return sorted.map((member) => {
    const name = nameOf(member);
    return {
      // Somebody who takes another name gets another line.
      key: `${member.id} ${name}`,
      version: "",
      create: () =>
        h(
          "li",
          { class: "person" },
          avatar(member.id, name),
          h("bdi", { class: "person-name" }, name),
          ...(member.id === me ? [h("span", { class: "you" }, "you")] : []),
        ),
      update() {},
    };
  });
}

/** What stands under the list, or in its place. */
export function peopleHint({ online, members }: RoomState): string {
  if (online === undefined || (members && online > 1)) return "";
  if (!members) return "There are too many people here to list them all.";
  return "You are alone here. Share the link to this room, or open it as a second person.";
}

/** `Ana is typing…`; empty if nobody is. */
export function typingText({ typing }: RoomState): string {
  const [first, second, ...more] = [...typing.values()].map(({ name }) => name);
  if (first === undefined) return "";
  if (second === undefined) return `${first} is typing…`;
  if (more.length === 0) return `${first} and ${second} are typing…`;
  return "Several people are typing…";
}
