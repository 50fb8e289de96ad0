import { z } from "zod";
import { defineChat } from "../src/index.ts";
import { createRig } from "./rig.ts";

/** One line of a session: what a client sends or gets, or an annotation. */
export interface SessionLine {
  who: string;
  kind: "sent" | "received" | "note";
  text: string;
}

/** Reads the session of the protocol's document. */
export function readSession(markdown: string): SessionLine[] {
  const blocks = [...markdown.matchAll(/^```session\n([\s\S]*?)^```$/gm)];
  const lines = blocks.flatMap(([, block = ""]) => block.split("\n")).filter((line) => line !== "");
  return lines.map((line) => {
    const [, who = "", arrow, text = ""] = /^(\w+) ([»«]) (.*)$/.exec(line) ?? [];
    if (!arrow) return { who, kind: "note", text: line };
    return { who, kind: arrow === "»" ? "sent" : "received", text };
  });
}

/** The chat that the session's first lines describe. */
const chat = defineChat({
  events: {
    say: { data: z.object({ text: z.string() }) },
    typing: { data: z.object({ on: z.boolean() }), ephemeral: true },
    rename: { data: z.object({ title: z.string() }), reply: z.object({ ok: z.boolean() }) },
  },
  authenticate({ token = "" }) {
    const name = token.split("-")[0] ?? "";
    return { userId: name.toLowerCase(), name };
  },
  on: {
    say: ({ data }) => ({ text: data.text.trim() }),
    rename: ({ data }) => ({ ok: data.title !== "" }),
  },
  retention: { maxEntries: 3 },
});

/** Plays a session against the server. */
export interface SessionPlayer {
  send(who: string, text: string): Promise<void>;
  /** Does what an annotation says has happened, if it is one of the few that say something has. */
  happen(note: string): Promise<void>;
  /** The next message that a client got. */
  next(who: string): string | undefined;
  /** What nobody has asked for yet, by client. */
  rest(): Record<string, string[]>;
}

/** Starts the chat; a client is connected when it first sends something. */
export function createSessionPlayer(): SessionPlayer {
  const { hub, gateway, clock } = createRig(chat, { epoch: "kT3x" });
  const connections = new Map<string, string>();
  const inboxes = new Map<string, string[]>();
  let lost = "";
  let opened = 0;
  gateway.answer = (id) => {
    if (connections.get(lost) !== id) return "sent";
    lost = "";
    return "too-large"; // Not pushed, and not tried again.
  };

  async function connect(who: string): Promise<string> {
    const connectionId = `connection-${++opened}`;
    await hub.register({ connectionId, subprotocols: ["hubbub.v1"] });
    connections.set(who, connectionId);
    const inbox = inboxes.get(who) ?? [];
    inboxes.set(who, inbox);
    gateway.received(connectionId).texts.push = (...texts) => inbox.push(...texts);
    return connectionId;
  }

  return {
    async send(who, data) {
      const connectionId = connections.get(who) ?? (await connect(who));
      const { replies } = await hub.transport({ connectionId, data });
      inboxes.get(who)?.push(...replies);
      await clock.advance(0);
    },
    async happen(note) {
      const seconds = /(\d+) seconds? (?:later|pass)/.exec(note)?.[1];
      if (seconds) await clock.advance(Number(seconds) * 1000);
      const broken = /(\w+)'s connection breaks/.exec(note)?.[1] ?? "";
      const connectionId = connections.get(broken);
      if (connectionId) {
        connections.delete(broken);
        await hub.cleanup({ connectionId });
        await clock.advance(0);
      }
      lost = /push to (\w+) is lost/.exec(note)?.[1] ?? lost;
      const kicked = /kicks (\w+)/.exec(note)?.[1];
      if (kicked) {
        hub.kick(kicked.toLowerCase(), { reason: "spam" }).catch(() => {});
        await clock.advance(0);
      }
    },
    next: (who) => inboxes.get(who)?.shift(),
    rest: () => Object.fromEntries([...inboxes].filter(([, texts]) => texts.length > 0)),
  };
}
