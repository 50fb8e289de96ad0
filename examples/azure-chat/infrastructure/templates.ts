import { type ArmTemplate, createTemplate, NAMES } from "./arm-template.ts";
import { functionApp } from "./function-app.ts";
import { roles } from "./roles.ts";
import { storage } from "./storage.ts";
import { hub, webPubSub } from "./web-pubsub.ts";

/** Everything but the hub. */
export const appTemplate: ArmTemplate = createTemplate(
  [webPubSub, ...storage, ...functionApp, ...roles],
  {
    parameters: { origins: { type: "string", defaultValue: "http://localhost:4000,null" } },
    outputs: { app: { type: "string", value: NAMES.app } },
  },
);

/** The hub, once the code is there: the service validates the URL of its event handler. */
export const hubTemplate: ArmTemplate = createTemplate([hub], {});
