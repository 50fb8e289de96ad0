import type { RunReport } from "./run-schedules.ts";

/** Prints how often each fault struck each call of core to the outside. */
export function printCoverage({ strikes }: RunReport): void {
  const places = new Map<string, Map<string, number>>();
  for (const [key, count] of strikes) {
    const [place, fault] = [
      key.slice(0, key.lastIndexOf(" ")),
      key.slice(key.lastIndexOf(" ") + 1),
    ];
    const faults = places.get(place) ?? new Map<string, number>();
    places.set(place, faults.set(fault, count));
  }
  const columns = [...new Set([...places.values()].flatMap((faults) => [...faults.keys()]))].sort();
  console.log(["call".padEnd(44), ...columns].join("  "));
  for (const [place, faults] of [...places].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const counts = columns.map((fault) => String(faults.get(fault) ?? "-").padStart(fault.length));
    console.log([place.padEnd(44), ...counts].join("  "));
  }
}
