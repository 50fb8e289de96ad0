import { type DefineCase, defineWithVitest } from "./contracts/define-case.ts";
import { pusherGroups } from "./contracts/pusher-groups.ts";
import { createPusherKit, type PusherContractOptions } from "./contracts/pusher-kit.ts";
import { pusherSend } from "./contracts/pusher-send.ts";

export type {
  PushedConnection,
  PusherContractOptions,
  PusherUnderTest,
} from "./contracts/pusher-kit.ts";

/**
 * Registers the cases that every `Pusher` passes; those of its groups pass by themselves where it has
 * none. Call it inside `describe`.
 *
 * @param options The adapter under test and what its platform can do.
 * @param define Registers one case. (Default: vitest's `it`)
 */
export function pusherContract(
  options: PusherContractOptions,
  define: DefineCase = defineWithVitest,
): void {
  const kit = createPusherKit(options, define);
  pusherSend(kit);
  pusherGroups(kit);
}
