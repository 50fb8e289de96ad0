import type { PusherGroups } from "@hubbub/core";
import { expect } from "vitest";
import { hostileIds, separators } from "./hostile-ids.ts";
import { flush, messages, type PushedConnection, type PusherKit } from "./pusher-kit.ts";

interface GroupsUnderTest {
  readonly groups: PusherGroups;
  readonly clients: readonly [PushedConnection, PushedConnection, PushedConnection];
  /** Waits until everything has arrived and gives what each client got. */
  settled(): Promise<string[][]>;
}

/** Native fan-out. The cases end at once where the pusher has no groups. */
export function pusherGroups(kit: PusherKit): void {
  const define = (name: string, run: (test: GroupsUnderTest) => Promise<void>) =>
    kit.define(name, async () => {
      const { pusher, connect } = await kit.create();
      if (!pusher.groups) return;
      const clients = [await connect(), await connect(), await connect()] as const;
      const settled = async () => {
        await flush(pusher, clients);
        return clients.map(messages);
      };
      await run({ groups: pusher.groups, clients, settled });
    });

  /** Expects a broadcast's count, where the platform tells it. */
  const expectCount = (count: number | undefined, expected: number) =>
    expect([undefined, expected]).toContain(count);

  define(
    "broadcasts to the members of a group, each once",
    async ({ groups, clients, settled }) => {
      const [ann, bob, eve] = clients;
      for (const client of [ann, bob, ann, ann]) await groups.join("lobby", client.connectionId);
      await groups.join("attic", eve.connectionId);
      const text = `Zoë 🦊 ${"x".repeat(20_000)}`;
      expectCount(await groups.broadcast("lobby", text), 2);
      expectCount(await groups.broadcast("empty", "nobody"), 0);
      expect(await settled()).toEqual([[text], [text], []]);
    },
  );

  define("leaves out the exceptions", async ({ groups, clients, settled }) => {
    const [ann, bob, eve] = clients;
    for (const { connectionId } of clients) await groups.join("lobby", connectionId);
    expectCount(await groups.broadcast("lobby", "1", { except: [ann.connectionId] }), 2);
    const both = { except: [ann.connectionId, bob.connectionId, "nobody", ""] };
    expectCount(await groups.broadcast("lobby", "2", both), 1);
    expectCount(await groups.broadcast("lobby", "3", { except: [] }), 3);
    const all = { except: [ann, bob, eve].map(({ connectionId }) => connectionId) };
    expectCount(await groups.broadcast("lobby", "4", all), 0);
    expect((await settled()).map((texts) => texts.sort())).toEqual([
      ["3"],
      ["1", "3"],
      ["1", "2", "3"],
    ]);
  });

  define("leaves a group, once or more often", async ({ groups, clients, settled }) => {
    const [ann, bob] = clients;
    for (const { connectionId } of clients) await groups.join("lobby", connectionId);
    await groups.leave("lobby", ann.connectionId);
    await groups.leave("lobby", ann.connectionId);
    await groups.leave("never", ann.connectionId);
    await groups.leave("lobby", "nobody");
    expectCount(await groups.broadcast("lobby", "1"), 2);
    await groups.join("lobby", ann.connectionId);
    await groups.leave("lobby", bob.connectionId);
    expectCount(await groups.broadcast("lobby", "2"), 2);
    expect((await settled()).map((texts) => texts.sort())).toEqual([["2"], ["1"], ["1", "2"]]);
  });

  kit.define("broadcasts past members that are gone", async () => {
    const { pusher, connect } = await kit.create();
    const { groups } = pusher;
    if (!groups) return;
    const [ann, bob, eve] = [await connect(), await connect(), await connect()];
    for (const { connectionId } of [ann, bob, eve]) await groups.join("lobby", connectionId);
    await ann.drop();
    await pusher.close(bob.connectionId, 1000, "");
    await groups.broadcast("lobby", "1");
    await flush(pusher, [eve]);
    expect(messages(eve)).toEqual(["1"]);
    const next = await connect();
    await groups.broadcast("lobby", "2");
    await flush(pusher, [eve, next]);
    expect(messages(next)).toEqual([]);
    await groups.leave("lobby", ann.connectionId);
  });

  define("takes any string as a group", async ({ groups, clients, settled }) => {
    const [ann, bob, eve] = clients;
    const alike = separators.flatMap((separator) => [`a${separator}b`, "a", "b"]);
    const names = [...new Set([...hostileIds, ...alike])];
    const expected: [string[], string[], string[]] = [[], [], []];
    for (const [index, name] of names.entries()) {
      await groups.join(name, [ann, bob, eve][index % 3]?.connectionId ?? "");
      expected[index % 3]?.push(`to ${index}`);
    }
    for (const [index, name] of names.entries()) {
      expectCount(await groups.broadcast(name, `to ${index}`), 1);
    }
    const sorted = (texts: readonly string[]) => [...texts].sort();
    expect((await settled()).map(sorted)).toEqual(expected.map(sorted));
  });
}
