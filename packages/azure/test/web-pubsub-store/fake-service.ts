import type { WebPubSubServiceLike } from "../../src/index.ts";

/** A service whose connections are whatever ids it is told of: the contract chooses them. */
export interface FakeService extends WebPubSubServiceLike {
  /** The ids in each group that is not empty. */
  readonly groups: ReadonlyMap<string, ReadonlySet<string>>;
  /** Makes the next change fail, before or after its effect. */
  failNext(when: "before" | "after"): void;
}

/** Creates one without groups. */
export function createFakeService(): FakeService {
  const groups = new Map<string, Set<string>>();
  let failing: "before" | "after" | undefined;

  async function change(effect: () => void): Promise<void> {
    const when = failing;
    failing = undefined;
    if (when !== "before") effect();
    if (when) throw Object.assign(new Error("unavailable"), { statusCode: 503 });
  }

  const remove = (group: string, connectionId: string) => {
    groups.get(group)?.delete(connectionId);
    if (groups.get(group)?.size === 0) groups.delete(group);
  };

  return {
    groups,
    failNext(when) {
      failing = when;
    },
    group: (name) => ({
      addConnection: (connectionId) =>
        change(() => {
          groups.set(name, (groups.get(name) ?? new Set()).add(connectionId));
        }),
      removeConnection: (connectionId) => change(() => remove(name, connectionId)),
      async listConnections({ maxPageSize, continuationToken = "", onResponse }) {
        const ids = [...(groups.get(name) ?? [])].sort();
        const rest = ids.filter((id) => id > continuationToken);
        const value = rest.slice(0, maxPageSize).map((connectionId) => ({ connectionId }));
        const last = value.at(-1)?.connectionId;
        const nextLink = rest.length > value.length ? linkTo(last) : undefined;
        return {
          byPage: () => ({
            async next() {
              onResponse({}, { value, nextLink });
              return { done: false, value };
            },
          }),
        };
      },
    }),
    removeConnectionFromAllGroups: (connectionId) =>
      change(() => {
        for (const name of [...groups.keys()]) remove(name, connectionId);
      }),
  };
}

const linkTo = (last = "") =>
  `https://x.webpubsub.azure.com/api/hubs/chat/groups/g/connections?${new URLSearchParams({ continuationToken: last })}`;
