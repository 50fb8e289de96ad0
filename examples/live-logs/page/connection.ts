import type { Client } from "@hubbub/client";
import { find, setText } from "../../chat/page/dom.ts";
import type { chat } from "../chat.ts";

const PATIENCE_MS = 500; // Shorter breaks are nobody's business.
const LABELS = {
  connecting: "Connecting…",
  open: "Live",
  resuming: "Reconnecting…",
  closed: "Closed",
};

/** Says how the connection is. */
export function showConnection(client: Client<typeof chat>): void {
  const banner = find("banner", HTMLElement);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const say = (kind: string, text: string) => {
    banner.dataset.kind = kind;
    setText(find("banner-text", HTMLElement), text);
  };
  client.on("state", (state) => {
    clearTimeout(timer);
    const label = find("connection", HTMLElement);
    label.dataset.state = state;
    setText(label, LABELS[state]);
    if (state === "open") say("none", "");
    else if (state === "resuming") {
      timer = setTimeout(
        () => say("waiting", "Reconnecting… Lines that come meanwhile are shown after."),
        PATIENCE_MS,
      );
    }
  });
  void client.closed.then(({ error }) => {
    clearTimeout(timer);
    say("closed", error?.message ?? "The connection was closed. Reload the page.");
  });
}
