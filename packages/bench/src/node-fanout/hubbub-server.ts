import { defineChat } from "@hubbub/core";
import { serve } from "@hubbub/node";
import { z } from "zod";
import { answerQuestions } from "../child.ts";

const unlimited = { perSecond: Infinity, burst: Infinity };
const chat = defineChat({
  events: { say: { data: z.object({ text: z.string() }) } },
  limits: { connectionRate: unlimited, userRate: unlimited },
});
const server = await serve(chat, { host: "127.0.0.1", port: 0 });

answerQuestions({ port: () => server.port });
