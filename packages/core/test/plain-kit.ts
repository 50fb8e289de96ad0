import type { RegisterResult } from "../src/index.ts";
import { type Changes, createGuestChat, type Events } from "./chats.ts";
import { createRig, type Rig, type RigOptions } from "./rig.ts";

/** Plain clients as the first serverless tutorials had them. */
export const plain: NonNullable<Changes["plain"]> = {
  room: "lobby",
  receive: (text) => (text === "ignore" ? undefined : { event: "say", data: { text } }),
  render: ({ data }, { online }) =>
    `${(data as { text: string }).text}(===Online people:${online}===)`,
};

/** A rig whose plain clients can arrive. */
export interface PlainRig extends Rig<Events> {
  arrive(...ids: string[]): Promise<RegisterResult[]>;
}

/** Starts a chat of guests that serves plain clients. */
export function startPlain(
  changes: Omit<Changes, "authenticate"> = {},
  options: RigOptions = {},
): PlainRig {
  const rig = createRig(createGuestChat({ plain, ...changes }), options);
  return {
    ...rig,
    async arrive(...ids) {
      const results: RegisterResult[] = [];
      for (const connectionId of ids) {
        results.push(await rig.hub.register({ connectionId, subprotocols: [] }));
      }
      return results;
    },
  };
}
