const HARNESS = /^(process|onFault|strikesAt|fail|crashes|guarded|pass)\b/;

/**
 * Names the place in core that made a call to the outside: the function that called it, from the stack.
 *
 * @param point The call, such as `store.join`.
 * @returns Such as `startMembership store.join`.
 */
export function callSiteOf(point: string): string {
  const method = point.slice(point.indexOf(".") + 1);
  const { stack = "" } = new Error(point);
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
