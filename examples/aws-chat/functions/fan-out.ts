import { createFanOutWorker } from "@hubbub/aws";
import { chat } from "../chat.ts";
import { common } from "./environment.ts";

/** Pushes the messages of big rooms, job by job from the queue. */
export const handler = createFanOutWorker(chat, {
  ...common,
  maximumConcurrency: Number(process.env.MAXIMUM_CONCURRENCY),
  pushesPerSecond: Number(process.env.PUSHES_PER_SECOND),
});
