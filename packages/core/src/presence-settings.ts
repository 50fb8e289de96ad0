import { checkKnown, checkNumber } from "./check-options.ts";

/** How rooms show who is online. */
export interface PresenceSettings {
  /** Up to this many connections the list of users is sent, above it the count only. (Default: 200) */
  readonly maxListed: number;
  /** Changes within this time are pushed together, in milliseconds. (Default: 1,000) */
  readonly windowMs: number;
  /**
   * What presence may spend in one room, in pushes a second: the window of a big room grows with it.
   * (Default: 1,000)
   */
  readonly pushesPerSecond: number;
}

/** Presence that differs from the defaults. */
export type PresenceOptions = Partial<PresenceSettings>;

const DEFAULTS: PresenceSettings = { maxListed: 200, windowMs: 1000, pushesPerSecond: 1000 };

/**
 * Fills in the defaults.
 *
 * @throws InvalidArgumentError if an option is wrong; the message names it.
 */
export function resolvePresence(options: PresenceOptions = {}): PresenceSettings {
  checkKnown("presence", options, Object.keys(DEFAULTS));
  const presence: PresenceSettings = { ...DEFAULTS, ...options };
  checkNumber("presence.maxListed", presence.maxListed, { min: 0 });
  checkNumber("presence.windowMs", presence.windowMs, { min: 0 });
  checkNumber("presence.pushesPerSecond", presence.pushesPerSecond, { min: 1, infinite: true });
  return presence;
}
