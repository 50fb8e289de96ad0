import { type DefineCase, defineWithVitest } from "./contracts/define-case.ts";
import { logAppend } from "./contracts/log-append.ts";
import { logBudgets } from "./contracts/log-budgets.ts";
import { logData } from "./contracts/log-data.ts";
import { logFaults } from "./contracts/log-faults.ts";
import { createLogKit, type RoomLogContractOptions } from "./contracts/log-kit.ts";
import { logPositions } from "./contracts/log-positions.ts";
import { logRaces } from "./contracts/log-races.ts";
import { logRead } from "./contracts/log-read.ts";
import { logRetention } from "./contracts/log-retention.ts";

export type { LogRetention, RoomLogContractOptions } from "./contracts/log-kit.ts";

/**
 * Registers the cases that every `RoomLog` passes. Call it inside `describe`.
 *
 * @param options The adapter under test, its clock and what it can do.
 * @param define Registers one case. (Default: vitest's `it`)
 */
export function roomLogContract(
  options: RoomLogContractOptions,
  define: DefineCase = defineWithVitest,
): void {
  const kit = createLogKit(options, define);
  logAppend(kit);
  logPositions(kit);
  logRead(kit);
  logData(kit);
  logRaces(kit);
  logRetention(kit);
  logFaults(kit);
  logBudgets(kit);
}
