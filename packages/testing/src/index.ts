export type { BedUser, FrameOf } from "./bed-user.ts";
export { type ContractClock, createContractClock } from "./contract-clock.ts";
export { type CountingMeter, createCountingMeter, type RequestCounts } from "./counting-meter.ts";
export { createSeededRandom } from "./seeded-random.ts";
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
