import type { ScfCallback, ScfContext, ScfFunction } from "./scf-function.ts";

/**
 * Calls an event function as the Node.js runtimes of SCF do (583/67790): a promise is the answer, whatever the
 * function calls back with; else the callback's first call is. A function with three parameters is waited for until
 * it calls back.
 *
 * What is neither, a value that is returned, counts as well: so did Node.js 8.9, and newer runtimes do not.
 *
 * @returns The answer, after JSON, in which SCF hands it on.
 * @throws What the function throws, rejects with or calls back with; TypeError if the answer is none in JSON.
 */
export async function callScfFunction<Event>(
  fn: ScfFunction<Event>,
  event: Event,
  context: ScfContext,
): Promise<unknown> {
  const { called, callback, hasBeenCalled } = createCallback();
  const value = fn(event, context, callback);
  if (isThenable(value)) return afterJson(await value);
  const waits = hasBeenCalled() || (fn.length >= 3 && !isPlain(value));
  return afterJson(waits ? await called : value);
}

function createCallback() {
  let hasBeenCalled = false;
  let callback: ScfCallback = () => undefined;
  const called = new Promise<unknown>((resolve, reject) => {
    callback = (error, result) => {
      hasBeenCalled = true;
      if (error) reject(error);
      else resolve(result);
    };
  });
  called.catch(() => undefined); // Nobody waits for it if there is a promise.
  return { called, callback, hasBeenCalled: () => hasBeenCalled };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof Object(value).then === "function";
}

/** Whether a value may be meant as an answer; the timer of a `setTimeout` that an arrow returns is not. */
function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value !== undefined && value !== null;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}

function afterJson(value: unknown): unknown {
  const json: string | undefined = JSON.stringify(value);
  return json === undefined ? null : JSON.parse(json);
}
