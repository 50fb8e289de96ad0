/**
 * What can go wrong, each with the share of the chances at which it does: 0 never, 1 always.
 * No fault strikes in the last part of a simulation, in which everything has to heal.
 */
export interface FaultRates {
  /** A message never reaches the chat: its invocation is dropped. */
  invocationLost: number;
  /** It is handled up to 4 seconds late, so that others overtake it. */
  invocationDelayed: number;
  /** It is handled twice, the second time up to 6 hours later. */
  invocationDoubled: number;
  /** What the chat answers never reaches the client. */
  replyLost: number;
  /** It arrives up to 15 seconds late. */
  replyDelayed: number;
  /** A push that the gateway took never reaches the client. */
  pushLost: number;
  /** It arrives up to 5 seconds late. */
  pushDelayed: number;
  /** It arrives twice. */
  pushDoubled: number;
  /** The gateway refuses a push for the moment. */
  pushThrottled: number;
  /** A push fails in a way that says nothing. */
  pushRejected: number;
  /** A push takes up to 10 seconds. */
  pushSlow: number;
  /** The gateway says that a living connection is gone, and may have delivered the push. */
  pushGone: number;
  /** A client is refused before the chat hears of it. */
  connectRefused: number;
  /** The chat hears of a client's arrival after the client is let in and has spoken. */
  connectLate: number;
  /** The chat is never told that a client left. */
  disconnectLost: number;
  /** It is told up to 2 hours late. */
  disconnectLate: number;
  /** It is told twice. */
  disconnectDoubled: number;
  /** It is told that a client left while that one is still arriving. */
  disconnectEarly: number;
  /** A backend call fails without an effect. */
  storeFailsBefore: number;
  /** A backend call has its effect, and fails. */
  storeFailsAfter: number;
  /** A read of several slots misses one, as stale listings do. */
  storeStale: number;
  /** The process ends just before a call to the outside. */
  crashBefore: number;
  /** The process ends once a call has had its effect, before its answer. */
  crashAfter: number;
  /** The process is frozen, as soon as it has its answer, with work that is not done. */
  freeze: number;
}

/** All that can be made to go wrong. */
export interface Faults extends FaultRates {
  /** How many connections die: some are told to nobody, or to one side only. */
  socketCuts: number;
  /** How often all processes end and the log comes back empty, with another epoch. */
  logLosses: number;
  /** How far clocks are off, at most, in milliseconds. */
  skewMs: number;
}

/** The name of a fault that has a rate. */
export type FaultName = keyof FaultRates;

/** The highest rate at which a swarm draws each fault. */
const HIGHEST: FaultRates = {
  invocationLost: 0.1,
  invocationDelayed: 0.3,
  invocationDoubled: 0.3,
  replyLost: 0.25,
  replyDelayed: 0.3,
  pushLost: 0.4,
  pushDelayed: 0.3,
  pushDoubled: 0.3,
  pushThrottled: 0.3,
  pushRejected: 0.2,
  pushSlow: 0.1,
  pushGone: 0.05,
  connectRefused: 0.4,
  connectLate: 0.5,
  disconnectLost: 0.5,
  disconnectLate: 0.5,
  disconnectDoubled: 0.5,
  disconnectEarly: 0.2,
  storeFailsBefore: 0.1,
  storeFailsAfter: 0.1,
  storeStale: 0.3,
  crashBefore: 0.03,
  crashAfter: 0.03,
  freeze: 0.3,
};

/** Every fault that has a rate. */
export const FAULT_NAMES = Object.keys(HIGHEST) as readonly FaultName[];

/**
 * Fills in 0 for what is not named.
 *
 * @param faults The faults that there are.
 * @returns All faults.
 */
export function fillFaults(faults: Partial<Faults>): Faults {
  const { socketCuts = 0, logLosses = 0, skewMs = 0 } = faults;
  const filled = { ...HIGHEST, socketCuts, logLosses, skewMs };
  for (const name of FAULT_NAMES) filled[name] = faults[name] ?? 0;
  return filled;
}

/** Draws some faults, each at a rate of its own: faults that are always on hide one another. */
export function drawFaults(random: () => number): Faults {
  const share = 0.1 + 0.4 * random();
  const maybe = (value: number) => (random() < share ? value : 0);
  const socketCuts = maybe(1 + Math.floor(random() * 6));
  const logLosses = maybe(random() < 0.5 ? 1 : 0);
  const faults = { ...HIGHEST, socketCuts, logLosses, skewMs: maybe(5000) };
  for (const name of FAULT_NAMES) faults[name] = maybe(random() * HIGHEST[name]);
  return faults;
}
