import type { Pusher } from "@hubbub/core";
import { expect, vi } from "vitest";
import type { DefineCase } from "./define-case.ts";

/** A client's side of a connection that the pusher reaches. */
export interface PushedConnection {
  readonly connectionId: string;
  /** The texts that have arrived so far. */
  received(): readonly string[];
  /** Ends the connection as a client does; resolves when the platform knows it. */
  drop(): void | Promise<void>;
  /** How the server closed it. Leave it out if the platform hands on no code. */
  closed?(): { code: number; reason: string } | undefined;
}

/** A pusher, and clients to push to. */
export interface PusherUnderTest {
  readonly pusher: Pusher;
  /** Connects another client. */
  connect(): Promise<PushedConnection>;
}

/** What the contract needs from the adapter under test. */
export interface PusherContractOptions {
  /** Returns a pusher that shares no connection with the pushers returned before. */
  createPusher: () => PusherUnderTest | Promise<PusherUnderTest>;
  /** False where the platform accepts a push to nobody: then `sent` is right, too. (Default: true) */
  reportsGone?: boolean;
  /** The longest text it sends, in bytes of UTF-8. Leave it out if there is no limit. */
  maxBytes?: number;
}

/** The options with their defaults, and what the cases share. */
export interface PusherKit {
  readonly define: DefineCase;
  readonly maxBytes: number | undefined;
  readonly reportsGone: boolean;
  create(): Promise<PusherUnderTest>;
}

export function createPusherKit(options: PusherContractOptions, define: DefineCase): PusherKit {
  const { reportsGone = true, maxBytes } = options;
  return { define, reportsGone, maxBytes, create: async () => options.createPusher() };
}

/** Expects texts to arrive, in any order, and nothing but them. */
export async function expectReceived(
  client: PushedConnection,
  texts: readonly string[],
): Promise<void> {
  await vi.waitFor(() => expect([...client.received()].sort()).toEqual([...texts].sort()), {
    timeout: 2_000,
    interval: 5,
  });
}

/** Sends one last text to each client and waits for it: what was on its way before has arrived. */
export async function flush(pusher: Pusher, clients: readonly PushedConnection[]): Promise<void> {
  for (const client of clients) {
    const text = `flush ${client.received().length}`;
    expect(await pusher.send(client.connectionId, text)).toBe("sent");
    await vi.waitFor(() => expect(client.received()).toContain(text), {
      timeout: 2_000,
      interval: 5,
    });
  }
}

/** What a client has received, without the texts of `flush`. */
export function messages(client: PushedConnection): string[] {
  return client.received().filter((text) => !text.startsWith("flush "));
}
