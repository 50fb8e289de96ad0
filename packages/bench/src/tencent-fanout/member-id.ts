/** The connection id of a member, of the length that the gateway gives to its own. */
export function memberId(index: number): string {
  return `/member+${String(index).padStart(14, "0")}==`;
}
