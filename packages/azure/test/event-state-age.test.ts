import { describe, expect, it, vi } from "vitest";
import { connectBody, connectionOf } from "./connections.ts";
import { createChat, plain, startHandler } from "./event-kit.ts";

type Kit = ReturnType<typeof startHandler>;

describe("the age of a state", () => {
  it("counts from when the store was asked, however long the message took", async () => {
    let slowMs = 0;
    const on = {
      say: ({ data }: { data: { text: string } }) => {
        kit.clock.advance(slowMs);
        return data;
      },
    };
    const kit: Kit = startHandler(createChat({ plain, on }));
    const connection = connectionOf(kit, "conn-1");
    const body = connectBody({ subprotocols: [] });
    await connection.send(kit.handler, { name: "connect", body });
    connection.state = undefined; // It was lost.
    const get = vi.spyOn(kit.store, "get");
    slowMs = 200_000;
    await connection.send(kit.handler, { body: "slow" });
    expect(get).toHaveBeenCalledTimes(1);
    slowMs = 0;
    kit.clock.advance(99_999);
    await connection.send(kit.handler, { body: "hi" });
    expect(get).toHaveBeenCalledTimes(1);
    kit.clock.advance(1);
    await connection.send(kit.handler, { body: "hi" });
    expect(get).toHaveBeenCalledTimes(2);
  });

  it("counts from when connect asked, however long its hooks took", async () => {
    const kit: Kit = startHandler(createChat({ plain, authorize: () => slow() }));
    const slow = () => {
      kit.clock.advance(200_000);
      return true;
    };
    const connection = connectionOf(kit, "conn-1");
    const body = connectBody({ subprotocols: [] });
    await connection.send(kit.handler, { name: "connect", body });
    const get = vi.spyOn(kit.store, "get");
    kit.clock.advance(100_000);
    await connection.send(kit.handler, { body: '{"type":"ping"}' });
    expect(get).toHaveBeenCalledTimes(1);
  });
});
