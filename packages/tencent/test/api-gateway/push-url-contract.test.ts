import { pusherContract } from "@hubbub/testing/contracts";
import { describe } from "vitest";
import { startPusher } from "./gateway-kit.ts";

describe("createPushUrlPusher, to a URL that DescribeApi named", () => {
  pusherContract({ createPusher: () => startPusher({ urlVerified: true }) });
});

describe("createPushUrlPusher, to a URL that has accepted a push", () => {
  pusherContract({
    async createPusher() {
      const kit = await startPusher();
      const witness = await kit.connect();
      await kit.pusher.send(witness.connectionId, "hello");
      return kit;
    },
  });
});
