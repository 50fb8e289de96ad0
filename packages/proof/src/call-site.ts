const HARNESS = /simulation|guard|outside|Object\.<anonymous>|node:/;

/**
 * Names the place in core that made a call to the outside: the function that called it, from the stack.
 *
 * @param point The call, such as `store.join`.
 * @returns Such as `startMembership store.join`.
 */
export function callSiteOf(point: string): string {
  const { stack = "" } = new Error(point);
  const names = stack
    .split("\n")
    .slice(2)
    .map((line) => /at (?:async )?(?:Object\.)?([\w.#]+)/.exec(line)?.[1] ?? "");
  const site = names.find((name) => name !== "" && !HARNESS.test(name));
  return `${site ?? "?"} ${point}`;
}
