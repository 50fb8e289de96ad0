import type { Credentials } from "./chat-types.ts";
import type { RegisterEvent } from "./hub-types.ts";

/** The subprotocol that this version speaks. */
export const SUBPROTOCOL = "hubbub.v1";
/** What a subprotocol that carries a token begins with. */
const TOKEN_PREFIX = "hubbub.token.";

/** A part of the HTML standard; it is global on every runtime we support. */
declare function atob(base64: string): string;

/** What a client brought to the handshake. The query's token wins over the subprotocol's. */
export function credentialsOf({
  query = {},
  origin,
  claims,
  subprotocols,
}: RegisterEvent): Credentials {
  const token = query.token ?? subprotocolToken(subprotocols ?? []);
  return { token, query, origin, claims };
}

function subprotocolToken(subprotocols: readonly string[]): string | undefined {
  const entry = subprotocols.find((name) => name.startsWith(TOKEN_PREFIX));
  if (entry === undefined) return undefined;
  const base64 = entry.slice(TOKEN_PREFIX.length).replaceAll("-", "+").replaceAll("_", "/");
  try {
    const bytes = Array.from(atob(base64), (byte) =>
      byte.charCodeAt(0).toString(16).padStart(2, "0"),
    );
    return decodeURIComponent(bytes.map((hex) => `%${hex}`).join(""));
  } catch {
    return ""; // A token that can't be read is a wrong one, not none.
  }
}
