import { type Hub, RejectedError } from "@hubbub/core";

/** Somebody who chats here. */
export interface Person {
  readonly userId: string;
  readonly name: string;
  readonly moderator: boolean;
}

/** What a command is given. */
export interface CommandCall {
  /** What follows the command's name. */
  readonly args: readonly string[];
  readonly room: string;
  readonly user: Person;
  readonly hub: Pick<Hub, "members" | "kick">;
  /** When somebody was last in the room, in milliseconds since the Unix epoch. */
  readonly lastSeen: (room: string, userId: string) => number | undefined;
  readonly now: () => number;
  readonly random: () => number;
}

/** What the bot says. */
export interface Answer {
  readonly text: string;
  /** Whether everybody in the room gets it, or only who asked. */
  readonly toAll: boolean;
}

type Command = (call: CommandCall) => Answer | Promise<Answer>;

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ["help", () => ({ text: "/roll 2d6, /seen <user>, /kick <user>, /help", toAll: false })],
  ["roll", roll],
  ["seen", seen],
  ["kick", kick],
]);

/**
 * Runs what somebody typed after a slash.
 *
 * @param name The command.
 * @param call Its arguments, and what it may use.
 * @returns What the bot says.
 * @throws RejectedError if there is no such command, or it is not used well.
 */
export async function runCommand(name: string, call: CommandCall): Promise<Answer> {
  const command = commands.get(name);
  if (!command) throw new RejectedError("unknown_command", `there is no /${name}; try /help`);
  return command(call);
}

function roll({ args, user, random }: CommandCall): Answer {
  const [, count = 0, sides = 0] = (/^(\d{1,2})d(\d{1,3})$/.exec(args[0] ?? "") ?? []).map(Number);
  if (count < 1 || sides < 2) throw new RejectedError("usage", "/roll 2d6");
  const dice = Array.from({ length: count }, () => 1 + Math.floor(random() * sides));
  const sum = dice.reduce((total, die) => total + die, 0);
  return {
    text: `${user.name} rolls ${count}d${sides}: ${dice.join(" + ")} = ${sum}`,
    toAll: true,
  };
}

async function seen({ args, room, hub, lastSeen, now }: CommandCall): Promise<Answer> {
  const userId = args[0];
  if (userId === undefined) throw new RejectedError("usage", "/seen <user>");
  const members = await hub.members(room);
  if (members.some(({ id }) => id === userId)) return { text: `${userId} is here`, toAll: true };
  const at = lastSeen(room, userId);
  if (at === undefined) return { text: `${userId} was never here`, toAll: true };
  const minutes = Math.floor((now() - at) / 60_000);
  return { text: `${userId} was here ${minutes} min ago`, toAll: true };
}

async function kick({ args, room, user, hub }: CommandCall): Promise<Answer> {
  if (!user.moderator) throw new RejectedError("not_allowed", "only moderators may kick");
  const [userId] = args;
  if (userId === undefined) throw new RejectedError("usage", "/kick <user>");
  const kicked = await hub.kick(userId, { room, reason: `kicked by ${user.name}` });
  if (kicked === 0) throw new RejectedError("not_here", `${userId} is not here`);
  return { text: `${userId} was removed by ${user.name}`, toAll: true };
}
