import { expect } from "vitest";
import type { FanOutJob, Pusher, PusherGroups, PushResult, ServerFrame } from "../src/index.ts";

/** What a client has got. */
interface Received {
  /** Messages as texts, in order: pushes only, not the answers to what it sent. */
  readonly texts: string[];
  closed: { code: number; reason: string } | undefined;
}

/** A gateway that remembers what it was asked to push. */
export interface FakeGateway {
  readonly pusher: Pusher;
  readonly jobs: FanOutJob[];
  received(connectionId: string): Received;
  /** The pushed frames of one connection, of a type if one is given. */
  pushed<T extends ServerFrame["type"]>(
    connectionId: string,
    type?: T,
  ): Extract<ServerFrame, { type: T }>[];
  /** What `send` answers, instead of `sent`; throw to reject. */
  answer: (connectionId: string, text: string) => PushResult | Promise<PushResult>;
}

/** Creates a gateway; with `groups` it fans out by itself. */
export function createFakeGateway(options: { groups?: boolean } = {}): FakeGateway {
  const connections = new Map<string, Received>();
  const members = new Map<string, Set<string>>();
  const jobs: FanOutJob[] = [];

  function received(connectionId: string): Received {
    const known = connections.get(connectionId) ?? { texts: [], closed: undefined };
    connections.set(connectionId, known);
    return known;
  }

  const groups: PusherGroups = {
    async join(group, connectionId) {
      members.set(group, (members.get(group) ?? new Set()).add(connectionId));
    },
    async leave(group, connectionId) {
      members.get(group)?.delete(connectionId);
    },
    async broadcast(group, text, { except = [] } = {}) {
      const ids = [...(members.get(group) ?? [])].filter((id) => !except.includes(id));
      for (const id of ids) received(id).texts.push(text);
      return ids.length;
    },
  };
  const gateway: FakeGateway = {
    jobs,
    received,
    answer: () => "sent",
    pushed: <T extends ServerFrame["type"]>(connectionId: string, type?: T) =>
      received(connectionId)
        .texts.filter((text) => /^[[{]/.test(text))
        .flatMap((text): ServerFrame[] => JSON.parse(text))
        .filter(
          (frame): frame is Extract<ServerFrame, { type: T }> => !type || frame.type === type,
        ),
    pusher: {
      ...(options.groups ? { groups } : {}),
      async send(connectionId, text) {
        expect.soft(text, "an error says what happened").not.toContain('"message":""');
        const result = await gateway.answer(connectionId, text);
        if (result === "sent") received(connectionId).texts.push(text);
        return result;
      },
      async close(connectionId, code, reason) {
        received(connectionId).closed ??= { code, reason };
        for (const group of members.values()) group.delete(connectionId);
      },
    },
  };
  return gateway;
}
