import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { createSharedList } from "../../src/cos-shared-list.ts";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");
const GAP_MS = 25;

function start() {
  let time = 0;
  const clock = {
    now: () => time,
    async sleep(ms: number) {
      time += ms;
    },
  };
  const share = createSharedList<object>(clock, GAP_MS);
  const advance = (ms: number) => {
    time += ms;
  };
  return { share, advance };
}

it("keeps no page that was handed out: a process lists thousands of rooms of 1,000 members", async () => {
  const { share } = start();
  const pages: WeakRef<object>[] = [];
  const list = async () => {
    const page = { members: Array.from({ length: 1000 }, (_, index) => `member-${index}`) };
    pages.push(new WeakRef(page));
    return page;
  };
  for (let room = 0; room < 20; room++) await share(`room-${room}`, list);
  await Promise.all([share("busy", list), share("busy", list), share("busy", list)]);
  await new Promise((resolve) => setTimeout(resolve)); // References live as long as their task.
  collect();
  expect(pages).toHaveLength(22);
  expect(pages.filter((page) => page.deref() !== undefined)).toEqual([]);
});

it.each([
  [GAP_MS - 1, [0, GAP_MS]],
  [GAP_MS, [0, GAP_MS]],
  [GAP_MS + 1, [0, GAP_MS + 1]],
])("lists a room, asked again after %i ms, at %j", async (ms, times) => {
  const { share, advance } = start();
  const began: number[] = [];
  let passed = 0;
  const list = async () => {
    began.push(passed);
    return {};
  };
  await share("room", list);
  advance(ms);
  passed = Math.max(ms, GAP_MS);
  await share("room", list);
  expect(began).toEqual(times);
});
