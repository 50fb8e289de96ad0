import type { FaultName } from "./fault-rates.ts";

/** A call of core to the outside, and the faults that may strike it. */
export interface FaultPoint {
  readonly point: string;
  readonly faults: readonly FaultName[];
}

const CRASHES: readonly FaultName[] = ["crashBefore", "crashAfter"];
const BACKEND: readonly FaultName[] = [...CRASHES, "storeFailsBefore", "storeFailsAfter"];

const backend = (port: string, methods: string): FaultPoint[] =>
  methods.split(" ").map((method) => ({ point: `${port}.${method}`, faults: BACKEND }));

/** Every call of core to the outside. */
export const FAULT_POINTS: readonly FaultPoint[] = [
  ...backend("store", "open get close join leave touch members connectionsOf count"),
  ...backend("slots", "state put trim"),
  { point: "slots.read", faults: [...BACKEND, "storeStale"] },
  ...backend("groups", "join leave broadcast"),
  ...backend("queue", "enqueue"),
  { point: "pusher.send", faults: CRASHES },
  { point: "pusher.close", faults: CRASHES },
  { point: "clock.sleep", faults: CRASHES },
];
