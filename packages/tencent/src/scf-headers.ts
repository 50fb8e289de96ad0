import type { IncomingMessage } from "node:http";

/** SCF is said to tell of a request, and to hand out keys, in headers of this kind. */
const PLATFORM_HEADER = /^x-scf-/i;

/**
 * Takes the platform's headers out of a request, so that nobody else sees them.
 *
 * @param request The request, or the upgrade.
 * @returns The headers by their lower-case names. One that came more than once is left out: a client may
 * have sent it, too.
 */
export function takeScfHeaders(request: IncomingMessage): ReadonlyMap<string, string> {
  const taken = new Map<string, string>();
  const doubtful = new Set<string>();
  const kept: string[] = [];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const [name = "", value = ""] = request.rawHeaders.slice(index, index + 2);
    const key = name.toLowerCase();
    if (!PLATFORM_HEADER.test(key)) kept.push(name, value);
    else if (taken.has(key)) doubtful.add(key);
    else taken.set(key, value);
  }
  for (const key of taken.keys()) delete request.headers[key];
  request.rawHeaders = kept;
  for (const key of doubtful) taken.delete(key);
  return taken;
}
