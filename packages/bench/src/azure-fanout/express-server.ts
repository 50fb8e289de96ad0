import { createServer } from "node:http";
import { WebPubSubEventHandler } from "@azure/web-pubsub-express";
import express from "express";
import { answerQuestions } from "../child.ts";
import { listen } from "./listen.ts";

const events = new WebPubSubEventHandler("chat", {
  path: "/api/chat/",
  handleUserEvent: (_request, response) => response.success(),
});
const server = createServer(express().use(events.getMiddleware()));
answerQuestions({ port: () => listen(server) });
