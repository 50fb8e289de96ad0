import { expect, it } from "vitest";
import { settle, setUpRoom } from "./setup.ts";

it("leaves what the server has it in, and nothing that it is in or joining", async () => {
  const { client, server } = await setUpRoom();
  server.intercept = ({ type }) => type === "join";
  void client.join("attic").joined.catch(() => {});
  await settle();
  server.last.push({ type: "pong", ts: 1, rooms: [], others: ["lobby", "attic", "cellar", 7] });
  await settle();
  expect(server.sent("leave")).toEqual([{ type: "leave", room: "cellar" }]);
});
