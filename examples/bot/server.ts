import { serve } from "@hubbub/node";
import { createChat } from "./chat.ts";

const chat = createChat({
  now: Date.now,
  random: Math.random,
  // Whoever says a name is that person: replace it by your own accounts.
  findPerson: (token) =>
    /^\w{1,32}$/.test(token)
      ? { userId: token, name: token, moderator: token === "ada" }
      : undefined,
});

const { url } = await serve(chat, { port: Number(process.env.PORT ?? 4001), host: "127.0.0.1" });
console.log(`The bot waits at ${url} (Ctrl+C ends it)`);
