import { createLambdaHandler } from "@hubbub/aws";
import { chat } from "../chat.ts";
import { common } from "./environment.ts";

/** Serves `$connect`, `$default` and `$disconnect`. */
export const handler = createLambdaHandler(chat, { ...common, routeResponse: true });
