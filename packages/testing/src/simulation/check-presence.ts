import type { Backend } from "./backend.ts";
import type { Link } from "./link.ts";
import type { SimulatedClient } from "./simulated-client.ts";
import { roomsOf } from "./workload.ts";
import type { World } from "./world.ts";

const SHORT_AGE_MS = 200_000; // Connections of such an age end while the simulation runs.

/** What must hold once the leases of the dead have ended: everybody sees who is there. */
export function checkPresence(world: World, clients: readonly SimulatedClient[]): void {
  for (const room of roomsOf(clients)) {
    if (room.startsWith("@")) continue;
    const there = clients.filter((client) => client.view(room)?.left === undefined);
    checkRoom(
      world,
      room,
      there.filter((client) => client.view(room) !== undefined),
    );
  }
}

function checkRoom({ plan, violated }: World, room: string, there: SimulatedClient[]): void {
  const users = [...new Set(there.map(({ client }) => client.user?.id))].sort().join();
  for (const client of there) {
    const { members, online } = client.view(room)?.room.presence ?? {};
    // Big rooms tell how many connections there are: one more while a client moves to another.
    if (!members && plan.maxAgeMs < SHORT_AGE_MS) continue;
    const seen = members ? members.map(({ id }) => id).join() : `${online}`;
    const expected = members ? users : `${there.length}`;
    if (seen !== expected)
      violated("G8", `${client.name} sees [${seen}] in ${room}, not [${users}]`);
  }
}

/** What must hold then, too: no membership is left of a dead connection. */
export async function checkRows(
  { violated, plan }: World,
  backend: Backend,
  clients: readonly SimulatedClient[],
  links: ReadonlyMap<string, Link>,
): Promise<void> {
  if (plan.maxAgeMs < SHORT_AGE_MS) return; // Then connections go on dying.
  for (const room of roomsOf(clients)) {
    for (const { connectionId } of await backend.members(room)) {
      if (links.get(connectionId)?.up) continue;
      violated("G8", `${connectionId} is dead and still a member of ${room}`);
    }
  }
}
