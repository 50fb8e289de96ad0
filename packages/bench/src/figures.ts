/** One line of output. */
export interface Figure {
  bench: string;
  case: string;
  unit: string;
  ours: number;
  /** Null where there is nothing to compare with. */
  peer: number | null;
  peerName: string | null;
}

/** The middle of some numbers. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** Prints a figure as one line of JSON; `ratio` is ours / peer. */
export function report(figure: Figure): void {
  const { ours, peer } = figure;
  const ratio = peer === null ? null : round(ours / peer);
  console.log(JSON.stringify({ ...figure, ours: round(ours), peer: peer && round(peer), ratio }));
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
