import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { answerQuestions } from "../child.ts";
import { createCountingLog } from "./counting-log.ts";
import { createHandler } from "./create-handler.ts";
import { listen } from "./listen.ts";

const { handler } = createHandler({ log: createCountingLog() });
const server = createServer(getRequestListener((request) => handler(request)));
answerQuestions({ port: () => listen(server) });
