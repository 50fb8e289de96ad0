import { type Client, createClient } from "@hubbub/client";
import { h } from "../../chat/page/dom.ts";
import { type chat, roomOf, SOURCES } from "../chat.ts";
import type { Filter } from "./line-rows.ts";
import { openWindow } from "./log-window.ts";
import type { LogWindow } from "./log-window-types.ts";

/** A source in the side bar. */
export interface Source {
  readonly name: string;
  readonly window: LogWindow;
  readonly link: HTMLAnchorElement;
}

/** What the sources need of the page. */
export interface SourcesOptions {
  filter: Filter;
  atEnd: (name: string) => boolean;
  keep: (name: string, change: () => void) => void;
  changed: () => void;
  found: (source: Source) => void;
}

/** Connects, and opens each source that makes itself known. */
export function watchSources(options: SourcesOptions): Client<typeof chat> {
  const url = new URL("/logs", location.href.replace(/^http/, "ws"));
  const client = createClient<typeof chat>({ url: url.href, backoffMaxMs: 5000 });
  const known = new Set<string>();
  client.join(SOURCES, { last: 100 }).on("message", ({ event, data }) => {
    if (event !== "source" || known.has(data.name)) return;
    const { name } = data;
    known.add(name);
    const window = openWindow({
      room: client.join(roomOf(name), { last: 100 }),
      filter: options.filter,
      atEnd: () => options.atEnd(name),
      keep: (change) => options.keep(name, change),
      changed: options.changed,
    });
    const label = h("bdi", { class: "room-name" }, name);
    const link = h("a", { class: "room", href: `#${encodeURIComponent(name)}` }, label);
    options.found({ name, window, link });
  });
  return client;
}
