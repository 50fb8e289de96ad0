import { expect, it } from "vitest";
import { settle, setUp } from "./setup.ts";

it("joins a room again while the join of its former handle is refused for the moment", async () => {
  const { client, server, clock } = setUp();
  let isRefused = true;
  const joins: string[] = [];
  server.intercept = ({ type, id }) => {
    if (type !== "join" || !isRefused) return false;
    joins.push(String(id));
    return true;
  };
  const former = client.join("lobby");
  await settle();
  await former.leave();
  isRefused = false;
  const refusal = { type: "error", code: "unavailable", message: "", retryable: true };
  server.last.push({ ...refusal, id: joins[0], room: "lobby" });
  const room = client.join("lobby");
  await clock.advance(60_000);
  await room.joined;
  expect(room.state).toBe("joined");
});
