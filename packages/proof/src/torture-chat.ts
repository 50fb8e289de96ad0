import { type Chat, defineChat, type Schema, type User } from "@hubbub/core";
import { createSeededRandom, type SimulatedUser } from "@hubbub/testing";
import { z } from "zod";

/** What can be said. */
type TortureEvents = { readonly say: { readonly data: Schema<{ text: string }> } };

/** A chat and who takes part in it. */
export interface Torture {
  readonly chat: Chat<TortureEvents, User>;
  readonly users: readonly SimulatedUser[];
  readonly maxScan: number;
}

/** What is drawn of the chat itself. */
export interface Traits {
  /** The log forgets soon: later than any process is frozen or late in such a run. */
  readonly forgets: boolean;
  readonly isStrict: boolean;
  readonly hasSmallReplies: boolean;
  /** Whoever comes back is not given what was said meanwhile. */
  readonly refusesResume: boolean;
  readonly presence: "listed" | "counted" | "off";
}

const PRESENCES = ["listed", "listed", "listed", "listed", "counted", "off"] as const;

const chats = new Map<string, Chat<TortureEvents, User>>();

/**
 * Draws a chat and its users; many seeds share one definition, as requests do.
 *
 * @param seed Decides it.
 * @param given What is not drawn.
 */
export function drawTorture(seed: number, given: Partial<Traits> = {}): Torture {
  const random = createSeededRandom(seed ^ 0x5eed);
  const traits: Traits = {
    forgets: random() < 0.08,
    isStrict: random() < 0.1,
    hasSmallReplies: random() < 0.1,
    refusesResume: random() < 0.1,
    presence: PRESENCES[Math.floor(random() * PRESENCES.length)] ?? "listed",
  };
  const isTwin = random() < 0.2;
  const third = isTwin ? "bob" : "eve";
  const maxScan = random() < 0.2 ? 1 + Math.floor(random() * 6) : 256;
  return {
    chat: chatWith({ ...traits, ...given }),
    maxScan,
    users: [
      { token: "ada", rooms: ["lobby", "attic"], writesTo: ["bob"] },
      { token: "bob", rooms: ["lobby", "attic"], inbox: true },
      { token: third, rooms: ["lobby"], inbox: true, ...(isTwin ? {} : { writesTo: ["bob"] }) },
    ],
  };
}

function chatWith(traits: Traits): Chat<TortureEvents, User> {
  const key = JSON.stringify(traits);
  const chat = chats.get(key) ?? createChat(traits);
  chats.set(key, chat);
  return chat;
}

function createChat(traits: Traits) {
  const { forgets, isStrict, hasSmallReplies, refusesResume, presence } = traits;
  return defineChat<TortureEvents, User>({
    events: { say: { data: z.object({ text: z.string() }) } },
    authenticate: ({ token = "" }) => ({ userId: token }),
    ...(refusesResume ? { authorize: ({ action }) => action !== "resume" } : {}),
    ...(forgets ? { retention: { maxEntries: 8, minAgeMs: 3000 } } : {}),
    ...(presence === "listed" ? {} : { presence: presence === "counted" && { maxListed: 1 } }),
    limits: {
      ...(isStrict ? { connectionRate: { perSecond: 2, burst: 6 } } : {}),
      ...(hasSmallReplies ? { maxReplyBytes: 1024 } : {}),
    },
  });
}
