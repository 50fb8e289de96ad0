/** What a client may do with groups. */
export type Permission = "joinLeaveGroup" | "sendToGroup";

/** A client's permissions, as its roles and the REST API gave them. */
export interface Permissions {
  /** True if the client may do it with the group. */
  allows(permission: Permission, group: string): boolean;
  /** True if the permission holds for `group`, or without it for all groups. */
  has(permission: Permission, group: string | undefined): boolean;
  grant(permission: Permission, group: string | undefined): void;
  revoke(permission: Permission, group: string | undefined): void;
}

const MAX_STARS = 5;

/** Creates permissions from roles; what is no known role is passed over. */
export function createPermissions(roles: readonly string[]): Permissions {
  const all = new Set(roles);
  const roleOf = (permission: Permission, group: string | undefined) =>
    `webpubsub.${permission}${group === undefined ? "" : `.${group}`}`;

  function hasPattern(permission: Permission, group: string): boolean {
    const prefix = `webpubsub.${permission}s.`;
    return [...all]
      .filter((role) => role.startsWith(prefix))
      .some((role) => matchesPattern(role.slice(prefix.length), group));
  }

  function has(permission: Permission, group: string | undefined): boolean {
    return all.has(roleOf(permission, undefined)) || all.has(roleOf(permission, group));
  }

  return {
    has,
    allows: (permission, group) => has(permission, group) || hasPattern(permission, group),
    grant: (permission, group) => void all.add(roleOf(permission, group)),
    revoke: (permission, group) => void all.delete(roleOf(permission, group)),
  };
}

/** `*` stands for any characters; a pattern has at most 5 of them. */
export function matchesPattern(pattern: string, text: string): boolean {
  const [first = "", ...others] = pattern.split("*");
  if (others.length === 0) return text === first;
  if (others.length > MAX_STARS || !text.startsWith(first)) return false;
  const last = others.pop() ?? "";
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
