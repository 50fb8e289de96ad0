/**
 * A short digest of a JSON text, to tell whether two messages are the same. It finds mistakes; it is no
 * protection against somebody who looks for collisions, who could only deceive himself.
 *
 * @param text The text.
 * @returns 16 characters of hexadecimal.
 */
export function digest(text: string): string {
  let a = 0x811c9dc5; // Two 32-bit FNV-1a hashes, the second over the units in another guise.
  let b = 0x01000193;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ (unit + 0x9e37), 0x85ebca6b) ^ (b >>> 13);
  }
  return hex(a) + hex(b);
}

function hex(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}
