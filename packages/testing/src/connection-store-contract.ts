import { connectionBudgets } from "./contracts/connection-budgets.ts";
import { connectionCopies } from "./contracts/connection-copies.ts";
import { connectionFaults } from "./contracts/connection-faults.ts";
import { connectionIds } from "./contracts/connection-ids.ts";
import {
  type ConnectionStoreContractOptions,
  createConnectionKit,
} from "./contracts/connection-kit.ts";
import { connectionLeases } from "./contracts/connection-leases.ts";
import { connectionLifecycle } from "./contracts/connection-lifecycle.ts";
import { connectionPaging } from "./contracts/connection-paging.ts";
import { connectionRaces } from "./contracts/connection-races.ts";
import { connectionRooms } from "./contracts/connection-rooms.ts";
import { type DefineCase, defineWithVitest } from "./contracts/define-case.ts";

export type { ConnectionStoreContractOptions } from "./contracts/connection-kit.ts";

/**
 * Registers the cases that every `ConnectionStore` passes. Call it inside `describe`.
 *
 * @param options The adapter under test, its clock and what it can do.
 * @param define Registers one case. (Default: vitest's `it`)
 */
export function connectionStoreContract(
  options: ConnectionStoreContractOptions,
  define: DefineCase = defineWithVitest,
): void {
  const kit = createConnectionKit(options, define);
  connectionLifecycle(kit);
  connectionRooms(kit);
  connectionLeases(kit);
  connectionPaging(kit);
  connectionRaces(kit);
  connectionIds(kit);
  connectionCopies(kit);
  connectionFaults(kit);
  connectionBudgets(kit);
}
