/**
 * Creates names for writes. A row keeps the name of its last write, so that a write whose answer was lost
 * and that was repeated knows its own first try.
 */
export function createWriterNames(random: () => number = Math.random): () => string {
  const part = () => random().toString(36).slice(2);
  return () => `${part()}${part()}`;
}
