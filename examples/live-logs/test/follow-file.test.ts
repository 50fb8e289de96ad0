import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { followFile } from "../follow-file.ts";

it("follows a file that is missing, grows, is replaced and is cut", async () => {
  const folder = await mkdtemp(join(tmpdir(), "live-logs-"));
  const path = join(folder, "app.log");
  let text = "";
  const steps = [
    () => writeFile(path, "one\n"),
    () => appendFile(path, "two\n"),
    async () => {
      await rename(path, `${path}.1`);
      await appendFile(`${path}.1`, "last of the old\n");
      await writeFile(path, "three\n");
    },
    () => truncate(path),
    () => appendFile(path, "4\n"),
  ];
  const end = new Error("end");
  const done = followFile(path, {
    async wait() {
      const step = steps.shift();
      if (!step) throw end;
      await step();
    },
    async write(bytes) {
      text += Buffer.from(bytes).toString();
    },
    async ended() {
      text += "|";
    },
  });
  await expect(done).rejects.toBe(end);
  expect(text).toBe("one\ntwo\nlast of the old\n|three\n|4\n");
  await rm(folder, { recursive: true });
});
