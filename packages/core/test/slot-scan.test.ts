import { expect, it } from "vitest";
import { createMemorySlotStore } from "../src/memory.ts";
import { scanSlots } from "../src/slot-scan.ts";

const entry = (mid: string) => ({ mid, event: "say", data: 1, ts: 0, digest: "d" });

it("looks page by page, and knows what is absent from what is not listed", async () => {
  const slots = createMemorySlotStore({ id: () => "e" });
  for (let seq = 1; seq <= 4; seq++) await slots.put("lobby", "e", seq, entry(`m${seq}`));
  const look = (mid: string, head = 4, pageSize = 2) =>
    scanSlots(slots, "lobby", { epoch: "e", oldest: 1, head }, 0, entry(mid), pageSize);
  expect(await look("m4")).toMatchObject({ status: "found", entry: { seq: 4 } });
  expect(await look("other")).toEqual({ status: "absent", head: 4 });
  expect(await look("other", 3)).toEqual({ status: "absent", head: 4 });
  expect(await look("other", 5)).toEqual({ status: "hole" });
  expect(await look("other", 5, 10)).toEqual({ status: "hole" });
});
