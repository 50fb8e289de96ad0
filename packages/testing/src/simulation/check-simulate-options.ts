import { InvalidArgumentError } from "@hubbub/core";
import { checkKnown, checkRange } from "@hubbub/core/adapter";
import { FAULT_NAMES, type FaultName } from "./fault-rates.ts";
import { GATEWAY_NAMES } from "./gateway-manners.ts";
import type { SimulatedUser, SimulateOptions } from "./plan.ts";

const OPTIONS = ["seed", "gateway", "faults", "users", "messages", "message", "activeMs", "moves"];
const LISTENERS = ["maxScan", "aim", "onTrace", "siteOf", "onFault"];
const USER = ["token", "session", "rooms", "inbox", "writesTo"];
const COUNTED = ["socketCuts", "logLosses", "skewMs"] as const;

/**
 * Refuses what a simulation would leave out without a word: a fault with a typing error strikes nothing,
 * and everything seems well.
 *
 * @throws InvalidArgumentError naming the option.
 */
export function checkSimulateOptions(options: SimulateOptions): void {
  checkKnown("simulate", options, [...OPTIONS, ...LISTENERS]);
  const { seed, gateway, faults, users = [], messages, activeMs, moves, maxScan } = options;
  if (seed !== undefined && !Number.isSafeInteger(seed)) {
    throw new InvalidArgumentError(`seed must be a whole number, got ${seed}`);
  }
  if (typeof gateway === "string" && !GATEWAY_NAMES.includes(gateway)) {
    const names = GATEWAY_NAMES.join(", ");
    throw new InvalidArgumentError(`gateway must be one of ${names}, got ${gateway}`);
  }
  if (faults !== undefined && faults !== "swarm" && faults !== "none") checkFaults(faults);
  for (const [index, user] of users.entries()) checkUser(`users[${index}]`, user);
  checkRange("messages", messages, 0);
  checkRange("activeMs", activeMs, 0);
  checkRange("moves", moves, 0);
  checkRange("maxScan", maxScan, 1);
}

function checkFaults(faults: Exclude<SimulateOptions["faults"], string | undefined>): void {
  checkKnown("faults", faults, [...FAULT_NAMES, ...COUNTED]);
  for (const name of FAULT_NAMES)
    checkRange(`faults.${name satisfies FaultName}`, faults[name], 0, 1);
  for (const name of COUNTED) checkRange(`faults.${name}`, faults[name], 0);
}

function checkUser(where: string, user: SimulatedUser): void {
  checkKnown(where, user, USER);
  if (Array.isArray(user.rooms)) return;
  throw new InvalidArgumentError(`${where}.rooms must be an array of names of rooms`);
}
