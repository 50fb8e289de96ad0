import type { LocalClock } from "../../shared/local-clock.ts";
import { createLocalQueue, type LocalQueue, type RedrivableQueue } from "./local-queue.ts";
import { completeAttributes, type QueueAttributes } from "./queue-attributes.ts";
import { SqsError } from "./sqs-error.ts";

/** The queues of one account. */
export interface QueueRegistry {
  /** Creates a queue, or finds the one of that name; its attributes must then be the same. */
  create(name: string, attributes: QueueAttributes): LocalQueue;
  /** Finds a queue by its name or its URL. */
  find(nameOrUrl: string): LocalQueue;
  /** All queues, in the order in which they were created. */
  list(): LocalQueue[];
  /** Removes a queue with its messages. */
  remove(nameOrUrl: string): void;
}

/** What the registry's queues have in common. */
export interface QueueRegistryOptions {
  clock: LocalClock;
  region: string;
  accountId: string;
  /** Where the server is: `http://127.0.0.1:<port>`. */
  endpoint: () => string;
}

/** Creates a registry without queues. */
export function createQueueRegistry(options: QueueRegistryOptions): QueueRegistry {
  const { clock, region, accountId, endpoint } = options;
  const queues = new Map<string, RedrivableQueue>();

  function redriveTo(arn: string): RedrivableQueue | undefined {
    return [...queues.values()].find((queue) => queue.arn === arn);
  }

  function create(name: string, attributes: QueueAttributes): LocalQueue {
    checkName(name);
    const existing = queues.get(name);
    if (existing) {
      const wanted = completeAttributes(attributes);
      const has = existing.attributes();
      const same = Object.keys(attributes).every((key) => has[key] === wanted[key]);
      if (same) return existing;
      throw new SqsError("QueueNameExists", "A queue already exists with different attributes.");
    }
    const queue = createLocalQueue({
      ...{ name, clock, region, attributes },
      url: `${endpoint()}/${accountId}/${name}`,
      arn: `arn:aws:sqs:${region}:${accountId}:${name}`,
      redrive(arn, message) {
        const target = redriveTo(arn);
        target?.accept({ ...message, receiveCount: 0 });
        return target !== undefined;
      },
    });
    queues.set(name, queue);
    return queue;
  }

  function find(nameOrUrl: string): LocalQueue {
    const queue = queues.get(nameOrUrl.slice(nameOrUrl.lastIndexOf("/") + 1));
    if (queue) return queue;
    throw new SqsError("QueueDoesNotExist", "The specified queue does not exist.");
  }

  return {
    ...{ create, find, list: () => [...queues.values()] },
    remove(nameOrUrl) {
      const queue = find(nameOrUrl);
      queue.purge(); // For an event source that still has it.
      queues.delete(queue.name);
    },
  };
}

function checkName(name: string): void {
  if (name.endsWith(".fifo")) {
    throw new SqsError("UnsupportedOperation", "FIFO queues are not emulated.");
  }
  if (!/^[\w-]{1,80}$/.test(name)) {
    const message =
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length";
    throw new SqsError("InvalidParameterValue", message);
  }
}
