import {
  type Agent,
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  type RequestOptions,
  request as requestHttp,
} from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { urlToHttpOptions } from "node:url";
import type { Clock } from "@hubbub/core";
import type { PushUrlAnswer } from "./push-url-answer.ts";
import type { PushUrlBody } from "./push-url-body.ts";

/** Thrown inside this package when a push URL has not answered in time. */
export class PushUrlTimeout extends Error {
  override name = "PushUrlTimeout";
}

/** How a request is made. */
interface PostOptions {
  /** When it is given up, in milliseconds since the Unix epoch, at the next tick of the clock. */
  readonly deadlineAt: number;
  /** True: on a connection of its own, which can't have died while nobody looked. */
  readonly fresh: boolean;
}

/** Posts to push URLs on connections that are kept. */
export interface PushUrlPosts {
  /** Rejects with {@link PushUrlTimeout}, or with what broke the connection. */
  post(url: URL, body: PushUrlBody, options: PostOptions): Promise<PushUrlAnswer>;
  /** Closes every connection; what is under way rejects. */
  destroy(): void;
}

interface Pending {
  deadlineAt: number;
  reject(error: Error): void;
}

const TICK_MS = 100; // One timer for all pushes under way.
const IDLE_MS = 30_000; // After so long, as after a freeze, connections may be dead.
const MAX_ANSWER_CHARS = 4096;

/** Creates what posts. It opens no connection before the first post. */
export function createPushUrlPosts({
  clock,
  maxSockets,
}: {
  clock: Clock;
  maxSockets: number;
}): PushUrlPosts {
  const agents = createAgents(maxSockets);
  const underWay = new Map<ClientRequest, Pending>();
  const targets = new WeakMap<URL, RequestOptions>();
  let usedAt = clock.now();
  let ticking = false;
  let destroyed = false;

  /** Taking a URL apart for every push would cost more than writing its body. */
  function targetOf(url: URL): RequestOptions {
    const known = targets.get(url) ?? urlToHttpOptions(url);
    targets.set(url, known);
    return known;
  }

  /** Whether anything is under way that is not merely a leftover of a freeze. */
  function isBusy(now: number): boolean {
    return [...underWay.values()].some(({ deadlineAt }) => deadlineAt > now);
  }

  async function tick(): Promise<void> {
    ticking = true;
    while (underWay.size > 0) {
      await clock.sleep(TICK_MS);
      const now = clock.now();
      for (const [request, { deadlineAt, reject }] of underWay) {
        if (deadlineAt > now) continue;
        underWay.delete(request);
        reject(new PushUrlTimeout("no answer in time"));
        request.destroy();
      }
    }
    ticking = false;
  }

  return {
    post(url, { text, bytes }, { deadlineAt, fresh }) {
      const now = clock.now();
      if (now - usedAt > IDLE_MS && !isBusy(now)) agents.closeAll();
      usedAt = now;
      const ask = url.protocol === "https:" ? requestHttps : requestHttp;
      return new Promise((resolve, reject) => {
        if (destroyed) return reject(new Error("the pusher is destroyed"));
        const request = ask({
          ...targetOf(url),
          method: "POST",
          agent: fresh ? false : agents.of(url.protocol),
          headers: { "content-type": "application/json", "content-length": bytes },
        });
        const answered = (answer: PushUrlAnswer) => {
          underWay.delete(request);
          resolve(answer);
        };
        request.on("response", (response) => readAnswer(response, answered, reject));
        request.on("error", reject);
        request.on("close", () => {
          // An error costs too much to be made for nothing.
          if (underWay.delete(request)) reject(new Error("the connection was closed"));
        });
        request.end(text);
        underWay.set(request, { deadlineAt, reject });
        if (!ticking) tick().catch(reject);
      });
    },
    destroy() {
      destroyed = true;
      agents.closeAll();
      for (const [request, { reject }] of underWay) {
        reject(new Error("the pusher is destroyed"));
        request.destroy();
      }
    },
  };
}

/** The kept connections, for HTTP and HTTPS. */
function createAgents(maxSockets: number) {
  const options = { keepAlive: true, maxSockets, maxFreeSockets: maxSockets };
  const agents = new Map<string, Agent>();
  return {
    of(protocol: string): Agent {
      const known = agents.get(protocol);
      if (known) return known;
      const created = protocol === "https:" ? new HttpsAgent(options) : new HttpAgent(options);
      agents.set(protocol, created);
      return created;
    },
    closeAll(): void {
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    },
  };
}

/** Settles at once: the request's own end, which comes next, would win against a promise's. */
function readAnswer(
  response: IncomingMessage,
  resolve: (answer: PushUrlAnswer) => void,
  reject: (error: Error) => void,
): void {
  let body = "";
  response.on("data", (chunk: Buffer) => {
    // One character a byte: what is read of it is ASCII.
    if (body.length <= MAX_ANSWER_CHARS) body += chunk.toString("latin1");
  });
  response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
  response.on("error", reject); // It broke off.
}
