import {
  createEventHandler,
  createNegotiator,
  type EventHandler,
  type Negotiator,
} from "@hubbub/azure";
import { defineChat } from "@hubbub/core";
import * as z from "zod/mini";

const chat = defineChat({ events: { say: { data: z.object({ text: z.string() }) } } });
const connectionString = "Endpoint=https://chat.webpubsub.azure.com;AccessKey=key;Version=1.0;";

/** A function as one deploys it. */
export const handler: EventHandler = createEventHandler(chat, {
  ...{ hub: "chat", connectionString },
  tableConnectionString:
    "DefaultEndpointsProtocol=https;AccountName=chat;AccountKey=a2V5;EndpointSuffix=core.windows.net",
});
export const negotiate: Negotiator = createNegotiator({ hub: "chat", connectionString });
