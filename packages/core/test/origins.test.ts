import { expect, it } from "vitest";
import { createChat } from "./chats.ts";
import { createRig } from "./rig.ts";

const ORIGINS = ["https://app.com", "https://xn--bcher-kva.example", "http://localhost:5173"];

async function status(origins: (string | null)[] | undefined, origin: string | null | undefined) {
  const rig = createRig(createChat(origins ? { origins } : {}));
  const subprotocols = ["hubbub.v1"];
  const result = await rig.hub.register({ connectionId: "a", subprotocols, origin });
  expect(rig.meter.counts()).toMatchObject({ read: 0, write: 0 });
  return result.accepted ? 101 : result.status;
}

it.each([
  "https://evil.example",
  "null",
  "",
  "HTTPS://APP.COM",
  "https://App.com",
  "http://app.com",
  "https://app.com:443",
  "https://app.com:8443",
  "https://app.com/",
  "https://app.com.evil.io",
  "https://evil.io/https://app.com",
  "https://app.com@evil.io",
  "https://user@app.com",
  "https://sub.app.com",
  "https://bücher.example",
  "https://аpp.com",
  "http://localhost:5174",
  "https://app.com, https://evil.example",
  null,
])("refuses the origin %s with 403", async (origin) => {
  expect(await status(ORIGINS, origin)).toBe(403);
});

it.each(ORIGINS)("accepts the origin %s", async (origin) => {
  expect(await status(ORIGINS, origin)).toBe(101);
});

it("accepts a program without an origin only where null is listed", async () => {
  expect(await status([...ORIGINS, null], null)).toBe(101);
  expect(await status([...ORIGINS, null], "null")).toBe(403);
});

it("can't refuse what the gateway does not tell", async () => {
  expect(await status(ORIGINS, undefined)).toBe(101);
});

it("accepts every origin where none are listed", async () => {
  expect(await status(undefined, "https://evil.example")).toBe(101);
});

it("refuses an origin before it looks at the token", async () => {
  let asked = 0;
  const authenticate = () => ({ userId: `user-${++asked}` });
  const { hub } = createRig(createChat({ origins: ORIGINS, authenticate }));
  const event = { connectionId: "a", subprotocols: ["hubbub.v1"], query: { token: "t" } };
  await hub.register({ ...event, origin: "https://evil.example" });
  expect(asked).toBe(0);
});
