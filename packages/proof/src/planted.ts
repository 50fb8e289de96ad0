import { CLIENT_BUGS } from "./planted/client-bugs.ts";
import { FAN_OUT_BUGS } from "./planted/fan-out-bugs.ts";
import { LOG_BUGS } from "./planted/log-bugs.ts";
import { MEMBERSHIP_BUGS } from "./planted/membership-bugs.ts";
import type { PlantedBug } from "./planted/planted-bug.ts";

/** All bugs that the checker has to find. */
export const PLANTED: readonly PlantedBug[] = [
  ...LOG_BUGS,
  ...FAN_OUT_BUGS,
  ...MEMBERSHIP_BUGS,
  ...CLIENT_BUGS,
];
