export type { BedUser, FrameOf } from "./bed-user.ts";
export { type ContractClock, createContractClock } from "./contract-clock.ts";
export { type CountingMeter, createCountingMeter, type RequestCounts } from "./counting-meter.ts";
export { createSeededRandom } from "./seeded-random.ts";
export { type SimulationReport, simulate } from "./simulate.ts";
export { FAULT_POINTS, type FaultPoint } from "./simulation/fault-points.ts";
export {
  FAULT_NAMES,
  type FaultName,
  type FaultRates,
  type Faults,
  fillFaults,
} from "./simulation/fault-rates.ts";
export {
  GATEWAY_NAMES,
  GATEWAYS,
  type GatewayManners,
  type GatewayName,
} from "./simulation/gateway-manners.ts";
export type {
  Aim,
  SimulatedMessage,
  SimulatedUser,
  SimulateOptions,
} from "./simulation/plan.ts";
export type { Violation } from "./simulation/world.ts";
export {
  type ConnectOptions,
  createTestBed,
  type LoggedProblem,
  type TestBed,
  type TestBedOptions,
} from "./test-bed.ts";
export {
  createVirtualClock,
  type VirtualClock,
  type VirtualClockOptions,
} from "./virtual-clock.ts";
