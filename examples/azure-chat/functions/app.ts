import { app, type HttpHandler } from "@azure/functions";
import { createEventHandler, createNegotiator } from "@hubbub/azure";
import { chat } from "../chat.ts";
import { managedIdentity } from "./managed-identity.ts";

const { WEB_PUBSUB_ENDPOINT: endpoint, TABLE_ENDPOINT: tableEndpoint } = process.env;
const accessKeys = (process.env.WEB_PUBSUB_KEYS ?? "").split(",");
const pages = (process.env.ORIGINS ?? "").split(",").filter((origin) => origin.startsWith("http"));
const hub = "chat";

/** The events of the hub. The host checks the function's key before, which is the second factor. */
export const events = createEventHandler(chat, {
  ...{ hub, endpoint, accessKeys, tableEndpoint, credential: managedIdentity },
});

/** Gives clients their URL. Everybody may ask: `chat.ts` says who gets in. */
export const negotiate = createNegotiator({
  ...{ hub, origins: pages },
  connectionString: `Endpoint=${endpoint};AccessKey=${accessKeys[0]};Version=1.0;`,
});

const onEvent: HttpHandler = (request) => events(request);
const onNegotiate: HttpHandler = (request) => negotiate(request);

app.http("events", {
  methods: ["OPTIONS", "GET", "POST"],
  ...{ authLevel: "function", route: "events/{event}", handler: onEvent },
});
app.http("negotiate", {
  methods: ["GET", "POST"],
  ...{ authLevel: "anonymous", route: "negotiate", handler: onNegotiate },
});
app.hook.appTerminate(() => events.settled());
