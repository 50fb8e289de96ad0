/** The cookies that a connection's handler set: kept for the connection and sent back to it. */
export interface Cookies {
  /** Takes the values of `Set-Cookie` headers. */
  take(values: readonly string[]): void;
  /** The value of a `Cookie` header; undefined if there is none. */
  header(): string | undefined;
}

/** Creates a jar without cookies; of a cookie's attributes only `Max-Age=0` counts. */
export function createCookies(): Cookies {
  const jar = new Map<string, string>();
  return {
    take(values) {
      for (const value of values) {
        const [pair = "", ...attributes] = value.split(";").map((part) => part.trim());
        const at = pair.indexOf("=");
        if (at <= 0) continue;
        const ends = attributes.some((attribute) => /^max-age=(0|-\d+)$/i.test(attribute));
        if (ends) jar.delete(pair.slice(0, at));
        else jar.set(pair.slice(0, at), pair.slice(at + 1));
      }
    },
    header() {
      if (jar.size === 0) return undefined;
      return [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    },
  };
}
