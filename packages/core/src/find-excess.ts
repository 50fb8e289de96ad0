import type { Limits } from "./limits.ts";

/**
 * Looks for what nothing after this should have to deal with: nesting that breaks whatever is recursive,
 * objects of which schemas would look at each key, and keys that copying code turns into a prototype.
 *
 * @param value A frame, as JSON.parse gave it.
 * @param limits Those of the chat.
 * @param depth How deep the value lies; 1 for a frame.
 * @returns What is wrong with it, if anything.
 */
export function findExcess(
  value: unknown,
  limits: Pick<Limits, "maxDepth" | "maxKeys">,
  depth = 1,
): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { maxDepth, maxKeys } = limits;
  if (depth > maxDepth) return `deeper than ${maxDepth} levels`;
  if (!Array.isArray(value)) {
    if (Object.keys(value).length > maxKeys) return `an object with more than ${maxKeys} keys`;
    if (Object.hasOwn(value, "__proto__")) return "a key is `__proto__`";
  }
  for (const one of Object.values(value)) {
    const excess = findExcess(one, limits, depth + 1);
    if (excess) return excess;
  }
  return undefined;
}
