import { matchesPattern } from "./name-pattern.ts";

/** What a client may do with groups. */
export type Permission = "joinLeaveGroup" | "sendToGroup";

/** A client's permissions, as its roles and the REST API gave them. */
export interface Permissions {
  /** True if the client may do it with the group. */
  allows(permission: Permission, group: string): boolean;
  grant(permission: Permission, group: string): void;
  /** Forbids it for this group, whatever the roles say. */
  revoke(permission: Permission, group: string): void;
}

/** Creates permissions from roles; what is no known role is passed over. */
export function createPermissions(roles: readonly string[]): Permissions {
  const all = new Set(roles);
  const decided = new Map<string, boolean>();

  function byRole(permission: Permission, group: string): boolean {
    const role = `webpubsub.${permission}`;
    if (all.has(role) || all.has(`${role}.${group}`)) return true;
    const prefix = `${role}s.`;
    return [...all].some(
      (one) => one.startsWith(prefix) && matchesPattern(one.slice(prefix.length), group),
    );
  }

  const keyOf = (permission: Permission, group: string) => `${permission}.${group}`;
  return {
    allows: (permission, group) =>
      decided.get(keyOf(permission, group)) ?? byRole(permission, group),
    grant: (permission, group) => void decided.set(keyOf(permission, group), true),
    revoke: (permission, group) => void decided.set(keyOf(permission, group), false),
  };
}
