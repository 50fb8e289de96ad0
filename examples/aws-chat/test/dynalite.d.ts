declare module "dynalite" {
  import type { Server } from "node:http";

  /** Creates a DynamoDB in this process's memory. */
  function dynalite(options?: { createTableMs?: number }): Server;
  export = dynalite;
}
