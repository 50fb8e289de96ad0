import type { Member } from "@hubbub/core";
import { isMaybe, isObject, isProtocol, isText, isTime } from "@hubbub/core/adapter";

/** Whether a value says that a connection is closed. */
export function isClosing(value: unknown): value is { by: string; until: number } {
  return isObject(value) && isText(value.by) && isTime(value.until);
}

/** Whether a value is a member, whose id may be in its key instead. */
export function isMember(
  value: unknown,
): value is Omit<Member, "connectionId"> & { readonly id?: string } {
  if (!isObject(value)) return false;
  const { id, userId, name, protocol } = value;
  return isMaybe(id, isText) && isText(userId) && isMaybe(name, isText) && isProtocol(protocol);
}
