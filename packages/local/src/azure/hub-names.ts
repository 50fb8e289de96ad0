const HUB = /^[A-Za-z][A-Za-z0-9_`,.[\]]{0,127}$/;
const EVENT = /^[a-z][a-z0-9_.-]{0,127}$/i;
const MAX_GROUP_CHARS = 1024;

/** True for what can be a hub's name. */
export function isHubName(name: string): boolean {
  return HUB.test(name);
}

/** True for what can be a group's name: 1 to 1,024 characters that are not all blank. */
export function isGroupName(name: unknown): name is string {
  return typeof name === "string" && name.trim() !== "" && name.length <= MAX_GROUP_CHARS;
}

/** True for what can be the name of a client's own event. */
export function isEventName(name: unknown): name is string {
  return typeof name === "string" && EVENT.test(name);
}
