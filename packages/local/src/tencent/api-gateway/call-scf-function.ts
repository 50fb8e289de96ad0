import type { ScfCallback, ScfContext, ScfFunction } from "./scf-function.ts";

/**
 * Calls an event function as Node.js runtimes of SCF do (583/67790): what a promise resolves to is the answer,
 * and the callback is for functions that return none. Which of the two a function without a promise means is told by its parameters: three,
 * and it is waited for until it calls back.
 *
 * Beyond the newest runtimes, and as Node.js 8.9 did it, a value that is returned counts as well.
 *
 * @returns The answer, after JSON, in which SCF hands it on.
 * @throws What the function throws, rejects with or calls back with; TypeError if the answer is none in JSON.
 */
export async function callScfFunction<Event>(
  fn: ScfFunction<Event>,
  event: Event,
  context: ScfContext,
): Promise<unknown> {
  let callback: ScfCallback = () => undefined;
  const called = new Promise<unknown>((resolve, reject) => {
    callback = (error, result) => (error ? reject(error) : resolve(result));
  });
  called.catch(() => undefined); // Nobody waits for it if there is a promise.
  const value = fn(event, context, callback);
  const answer = fn.length < 3 || isThenable(value) || isPlain(value) ? value : called;
  return afterJson(await answer);
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
