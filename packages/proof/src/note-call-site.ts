const HARNESS = /^(process|siteOf|guarded)\b/;
const FRAMES = 7;

/**
 * Notes the place in core that makes a call to the outside, which has to call this on its stack.
 *
 * @param point The call, such as `store.join`.
 * @returns What names it by the function that called, such as `startMembership store.join`.
 */
export function noteCallSite(point: string): () => string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = FRAMES;
  const note = new Error(point); // Its stack costs little before it is read.
  Error.stackTraceLimit = stackTraceLimit;
  return () => nameOf(point, note.stack ?? "");
}

function nameOf(point: string, stack: string): string {
  const method = point.slice(point.indexOf(".") + 1);
  const names = stack
    .split("\n")
    .slice(2)
    .map((line) => /at (?:async )?([\w.#<>]+) \(/.exec(line)?.[1] ?? "");
  const isCore = (name: string) =>
    name !== "" && !HARNESS.test(name) && !/^(Object|Promise)\./.test(name);
  // The guarded call itself has the name of its method.
  const begin = names.indexOf(`Object.${method}`);
  const site = names.slice(begin + 1).find(isCore) ?? "?";
  return `${site.replace(/\d+$/, "")} ${point}`; // A bundle numbers the functions that share a name.
}
