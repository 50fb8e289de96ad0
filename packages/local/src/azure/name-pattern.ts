const MAX_STARS = 5;
const TOKEN = /\\[*?\\]|\*+|\?|[^\\]/gs;

/**
 * Says whether a name matches a pattern, as Web PubSub has them in roles and in event handlers: `*` stands
 * for any characters but dots, `**` for any characters, `?` for one that is no dot; a backslash takes the
 * meaning from what follows it.
 *
 * @param pattern What is none, or has more than 5 stars, matches nothing.
 */
export function matchesPattern(pattern: string, name: string): boolean {
  const tokens = pattern.match(TOKEN) ?? [];
  const stars = tokens.filter((token) => token.startsWith("*")).length;
  if (stars > MAX_STARS || tokens.join("") !== pattern) return false;
  // Which beginnings of the name the tokens so far match, by their length.
  let reached = new Set([0]);
  for (const token of tokens) reached = follow(token, name, reached);
  return reached.has(name.length);
}

function follow(token: string, name: string, reached: ReadonlySet<number>): Set<number> {
  if (token.startsWith("*")) return spread(name, reached, token.length > 1);
  const literal = token.length > 1 ? token.slice(1) : token;
  const takes = (char: string | undefined) =>
    token === "?" ? char !== undefined && char !== "." : char === literal;
  return new Set([...reached].filter((at) => takes(name[at])).map((at) => at + 1));
}

function spread(name: string, reached: ReadonlySet<number>, overDots: boolean): Set<number> {
  const all = new Set<number>();
  for (let at = 0; at <= name.length; at++) {
    const goesOn = all.has(at - 1) && (overDots || name[at - 1] !== ".");
    if (goesOn || reached.has(at)) all.add(at);
  }
  return all;
}
