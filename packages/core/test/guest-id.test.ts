import { expect, it } from "vitest";
import { guestId } from "../src/guest-id.ts";

it("is the same for the same session, in every version: logs and inboxes are kept by it", async () => {
  expect(await guestId("session-of-somebody-0001")).toBe("guest-04Lb1AwzBdskIXOuZuEeHy");
});

it("uses every character of its alphabet, and only those", async () => {
  const ids = await Promise.all(Array.from({ length: 200 }, (_, n) => guestId(`session-${n}`)));
  for (const id of ids) expect(id).toMatch(/^guest-[A-Za-z0-9_-]{22}$/);
  expect(new Set(ids.join("").replaceAll("guest-", "")).size).toBe(64);
});
