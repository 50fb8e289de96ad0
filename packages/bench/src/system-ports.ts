import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Ports } from "@hubbub/core";

/** What core takes from its surroundings, from this process. */
export function systemPorts(): Ports {
  return {
    clock: {
      now: () => Date.now(),
      async sleep(ms) {
        await sleep(ms);
      },
    },
    random: Math.random,
    id: randomUUID,
  };
}
