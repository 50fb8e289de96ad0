// One execution environment of `createLocalFunction`. It is JavaScript because Node 20 starts worker
// threads from JavaScript only.
import { Console } from "node:console";
import { writeSync } from "node:fs";
import { createRequire } from "node:module";
import { Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { receiveMessageOnPort, workerData } from "node:worker_threads";

const { port, wakeUp, moduleUrl, exportName } = workerData;
const flag = new Int32Array(wakeUp);

// A worker's own streams need the event loop: what was logged last would come with the next invocation.
const writesTo = (fd) =>
  new Writable({
    write(chunk, _encoding, done) {
      writeSync(fd, chunk);
      done();
    },
  });
globalThis.console = new Console({ stdout: writesTo(1), stderr: writesTo(2) });

function contextOf({ context, remainingMs }) {
  const startedAt = performance.now();
  const nothing = () => undefined;
  return {
    ...context,
    getRemainingTimeInMillis: () => Math.max(0, remainingMs - (performance.now() - startedAt)),
    ...{ done: nothing, fail: nothing, succeed: nothing },
  };
}

/** By a promise, or by the callback where three parameters ask for one and nothing is returned. */
function invoke(handler, event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) => (error == null ? resolve(result) : reject(error));
    const returned = handler(event, context, callback);
    if (returned !== undefined || handler.length < 3) resolve(returned);
  });
}

async function answerTo(handler, invocation) {
  try {
    // Lambda answers with JSON: what it cannot say is lost, what it cannot write fails.
    const result = await invoke(handler, JSON.parse(invocation.event), contextOf(invocation));
    return { json: JSON.stringify(result) };
  } catch (error) {
    const { name = "Error", message = String(error), stack } = error ?? {};
    return { error: { name, message, stack } };
  }
}

/** `import` does not see every name that a CommonJS module sets, and Lambda requires those. */
function requiredFrom(url) {
  try {
    return createRequire(url)(fileURLToPath(url))[exportName];
  } catch {
    return undefined; // It is no CommonJS module.
  }
}

const handler = (await import(moduleUrl))[exportName] ?? requiredFrom(moduleUrl);
if (typeof handler !== "function") {
  throw new TypeError(`${moduleUrl} exports no function ${exportName}`);
}
for (;;) {
  // Frozen: this thread's event loop stands still until the next invocation.
  Atomics.wait(flag, 0, 0);
  Atomics.store(flag, 0, 0);
  const invocation = receiveMessageOnPort(port)?.message;
  // Thawed: what the last invocation left goes on beside the next one, from its first turn.
  await new Promise((resolve) => setImmediate(resolve));
  if (invocation) port.postMessage(await answerTo(handler, invocation));
}
