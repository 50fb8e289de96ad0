import type { Meter } from "@hubbub/core";
import { createHandler } from "./azure-fanout/create-handler.ts";
import { eventHeaders } from "./azure-fanout/event-request.ts";
import { startUpstream } from "./azure-fanout/upstream.ts";
import { median, report } from "./figures.ts";

const SIZES = [10, 1000, 100_000];
const ROUNDS = 31;
const WARM_UP = 10;
const REPEATS = 25;
const bench = "azure-fanout";

/** What a publish costs in requests, whatever its room's size, and a message in CPU. */
export async function azureFanout(): Promise<void> {
  for (const size of SIZES) {
    const ours = await requestsOfPublish(size);
    const what = `requests of a publish to a room of ${size}`;
    report({ bench, case: what, unit: "requests", ours, peer: null, peerName: null });
  }
  await compareCpu();
}

/** Counts the requests to store, log and service that one publish makes. */
async function requestsOfPublish(size: number): Promise<number> {
  let requests = 0;
  const meter: Meter = {
    count(_kind, n = 1) {
      requests += n;
    },
  };
  const { handler, store } = createHandler({ meter });
  const now = Date.now();
  for (let n = 1; n < size; n++) {
    const connectionId = `member-${n}`;
    await store.open({
      ...{ connectionId, user: { userId: connectionId }, protocol: "hubbub.v1", rooms: [] },
      ...{ connectedAt: now, expiresAt: now + 3_600_000 },
    });
    await store.join(connectionId, "lobby");
  }

  let id = 0;
  let state: string | undefined;
  async function send(type: string, body: object): Promise<string> {
    const headers = eventHeaders({ type, connectionId: "speaker", id: id++, state });
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    const response = await handler(new Request("http://127.0.0.1/api/chat", init));
    state = response.headers.get("ce-connectionState") ?? state;
    return response.text();
  }
  await send("sys.connect", { subprotocols: ["hubbub.v1"] });
  const hello = { type: "hello", session: "0123456789abcdef" };
  const frames = [hello, { type: "join", room: "lobby" }];
  const [, { epoch, head }] = JSON.parse(await send("user.message", frames));
  const say = { type: "publish", room: "lobby", event: "say", data: { text: "hi" }, epoch };
  await send("user.message", { ...say, mid: "m1", after: head });
  requests = 0;
  await send("user.message", { ...say, mid: "m2", after: head + 1 });
  return requests;
}

/** Our handler on publishes, over a log and a service that cost nothing, beside an empty event. */
async function compareCpu(): Promise<void> {
  const upstreams = [
    await startUpstream("handler-server", true),
    await startUpstream("express-server", false),
  ];
  const costs = upstreams.map((): number[] => []);
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [index, upstream] of upstreams.entries()) {
      const before = await upstream.cpu();
      for (let time = 0; time < REPEATS; time++) await upstream.round();
      const cost = (await upstream.cpu()) - before;
      if (round >= 0) costs[index]?.push(cost / (REPEATS * upstream.messages));
    }
  }
  for (const upstream of upstreams) await upstream.stop();
  const [ours = Number.NaN, peer = Number.NaN] = costs.map(median);
  const peerName = "web-pubsub-express, empty event";
  report({ bench, case: "a publish by HTTP", unit: "µs CPU/message", ours, peer, peerName });
}
