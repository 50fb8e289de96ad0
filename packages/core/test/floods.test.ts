import { expect, it } from "vitest";
import { createChat, say } from "./chats.ts";
import { createRig } from "./rig.ts";

it("tells a flood to wait, then closes it with 4429, while others go on", async () => {
  const { enter, send, quiesce, hub } = createRig(createChat());
  await enter("eve", "lobby");
  const { frames } = await enter("ada", "lobby");
  const answers = [];
  let close: { code: number } | undefined;
  for (let n = 0; !close && n < 1000; n++) {
    const answer = await send("eve", { type: "ping", id: `p${n}` });
    close = answer.close;
    answers.push(answer.frames[0]);
  }
  expect(answers[0]).toMatchObject({ type: "pong" });
  const refused = answers.filter((frame) => frame?.code === "rate_limited");
  expect(refused[0]).toMatchObject({ retryable: true, retryAfterMs: 50 });
  expect(answers.length - refused.length).toBeLessThanOrEqual(60);
  expect(close?.code).toBe(4429);
  expect(refused.length).toBeLessThan(150);
  const position = { epoch: String(frames[1]?.epoch), after: 0 };
  const ack = await send("ada", say("lobby", "calm", "m1", position));
  expect(ack.frames).toMatchObject([{ type: "ack", seq: 1 }]);
  await quiesce();
  expect(await hub.online("lobby")).toBe(1);
  const late = await send("eve", { type: "ping" });
  expect(late.frames).toMatchObject([{ code: "hello_required" }]);
});

it("lets who waits as told go on, and its publish is stored once", async () => {
  const { enter, send, clock } = createRig(createChat());
  const { frames } = await enter("ada", "lobby");
  const epoch = String(frames[1]?.epoch);
  for (let n = 0; n < 58; n++) await send("ada", { type: "ping" });
  const frame = say("lobby", "hi", "m1", { epoch, after: 0 });
  const [refused] = (await send("ada", frame)).frames;
  expect(refused).toMatchObject({ code: "rate_limited", mid: "m1" });
  await clock.advance(Number(refused?.retryAfterMs));
  expect((await send("ada", frame)).frames).toMatchObject([{ type: "ack", seq: 1, dup: false }]);
});

it("answers each frame of a message that the gateway does not allow, and handles none", async () => {
  const { hub, enter, quiesce } = createRig(createChat());
  const { frames } = await enter("ada", "lobby");
  const position = { epoch: String(frames[1]?.epoch), after: 0 };
  const data = JSON.stringify([say("lobby", "hi", "m1", position), { type: "ping", id: "p1" }]);
  const { replies } = await hub.transport({ connectionId: "ada", data, retryAfterMs: 300 });
  const refused = { type: "error", code: "rate_limited", retryable: true, retryAfterMs: 300 };
  expect(replies.flatMap((text) => JSON.parse(text))).toMatchObject([
    { ...refused, mid: "m1" },
    { ...refused, id: "p1" },
  ]);
  await quiesce();
  expect((await hub.history("lobby")).head).toBe(0);
});

it("limits a user over all its connections", async () => {
  const limits = { userRate: { perSecond: 1, burst: 10 } };
  const { send } = createRig(createChat({ limits }));
  let pongs = 0;
  for (let tab = 0; tab < 5; tab++) {
    await send(`tab${tab}`, { type: "hello", token: "ada" });
    for (let n = 0; n < 5; n++) {
      const { frames } = await send(`tab${tab}`, { type: "ping" });
      if (frames[0]?.type === "pong") pongs++;
    }
  }
  expect(pongs).toBe(10);
});

it("closes with 4400 who sends nothing but garbage, even before hello", async () => {
  const { sendRaw } = createRig(createChat());
  let sent = 0;
  for (let close: object | undefined; !close; sent++) {
    ({ close } = await sendRaw("eve", "garbage"));
    if (close) expect(close).toMatchObject({ code: 4400 });
    expect(sent).toBeLessThan(200);
  }
  expect(sent).toBeGreaterThan(50);
});

it("counts each frame of a message, and stops at the one that closes", async () => {
  const { enter, send } = createRig(createChat());
  await enter("ada");
  const frames = Array.from({ length: 30 }, (_, n) => ({ type: "ping", id: `p${n}` }));
  const answers = [];
  for (let n = 0; n < 8; n++) answers.push(await send("ada", ...frames));
  const closed = answers.find(({ close }) => close);
  expect(closed?.close?.code).toBe(4429);
  expect(closed?.frames.length).toBeLessThan(30);
});

it("lets a connection into as many rooms as it may be in, and no more", async () => {
  const limits = { maxRooms: 3 };
  const { enter, send } = createRig(createChat({ limits }));
  await enter("ada", "a", "b", "c");
  const { frames } = await send("ada", { type: "join", room: "d" }, { type: "join", room: "a" });
  expect(frames).toMatchObject([{ code: "too_many_rooms", room: "d" }, { type: "joined" }]);
  await send("ada", { type: "leave", room: "b" });
  expect((await send("ada", { type: "join", room: "d" })).frames).toMatchObject([
    { type: "joined" },
  ]);
});
