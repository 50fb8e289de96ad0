import { defineChat, RejectedError, type Sender } from "@hubbub/core";
import { z } from "zod";
import { type Person, runCommand } from "./commands.ts";

/** What the chat takes from outside, so that a test can bring its own. */
export interface ChatPorts {
  /** Current time, in milliseconds since the Unix epoch. */
  now: () => number;
  /** A number in [0, 1). */
  random: () => number;
  /** Whose token it is. */
  findPerson: (token: string) => Person | undefined;
}

const BOT: Sender = { id: "bot", name: "Bot" };
const COMMAND_EVERY_MS = 10_000;
const RUDE = /\b(?:darn|heck)\b/gi;

const events = {
  /** What people and the bot say: stored, ordered, acked. */
  say: { data: z.object({ text: z.string().min(1).max(2000) }) },
  /**
   * `/roll 2d6` and the like, without the slash. A request is handled once and answered; the handler
   * of a stored event would run again, and the bot talk twice, when a client repeats a message.
   */
  command: { data: z.object({ text: z.string().max(200) }), reply: z.object({ text: z.string() }) },
};

/**
 * The chat of a small community with a bot.
 *
 * @param ports Time, chance and people.
 * @returns The chat. What it remembers lives in this process.
 */
export function createChat({ now, random, findPerson }: ChatPorts) {
  const commandAt = new Map<string, number>();
  const seenAt = new Map<string, number>();
  const seenKey = (room: string, userId: string) => JSON.stringify([room, userId]);

  /** One command per user and 10 seconds. */
  function takeTurn(userId: string): void {
    const waitMs = (commandAt.get(userId) ?? -Infinity) + COMMAND_EVERY_MS - now();
    if (waitMs > 0) {
      throw new RejectedError("too_fast", `the bot rests ${Math.ceil(waitMs / 1000)} s`);
    }
    commandAt.set(userId, now());
  }

  return defineChat({
    events,
    authenticate({ token = "" }): Person {
      const person = findPerson(token);
      if (!person) throw new RejectedError("unknown_person");
      return person;
    },
    authorize: ({ action, room, user, event }) =>
      action !== "publish" || room !== "announcements" || event === "command" || user.moderator,
    on: {
      say({ data, user }) {
        if (/https?:\/\//i.test(data.text) && !user.moderator) {
          throw new RejectedError("link", "only moderators post links");
        }
        return { text: data.text.replace(RUDE, (word) => "*".repeat(word.length)) };
      },
      async command({ data, room, user, hub }) {
        takeTurn(user.userId);
        const [name = "", ...args] = data.text.trim().split(/\s+/);
        const lastSeen = (inRoom: string, userId: string) => seenAt.get(seenKey(inRoom, userId));
        const answer = await runCommand(name, { args, room, user, hub, lastSeen, now, random });
        if (answer.toAll) await hub.publish(room, "say", { text: answer.text }, { from: BOT });
        return { text: answer.text };
      },
    },
    left: ({ user, room }) => void seenAt.set(seenKey(room, user.userId), now()),
  });
}
