import { removeAll } from "./deployment.ts";
import { GROUP, run } from "./run.ts";

run(removeAll(GROUP));
