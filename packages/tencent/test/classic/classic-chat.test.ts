import { describe, expect, it } from "vitest";
import { createCosClient } from "../../src/cos.ts";
import { startClassic } from "./classic-kit.ts";

const OWN = { credentials: { secretId: "AKIDEXAMPLE", secretKey: "SECRETEXAMPLE" } };

describe("the classic chat", { timeout: 60_000 }, () => {
  it("tells others, and how many there are; its sender gets nothing back", async () => {
    const { connect, settled, problems } = await startClassic();
    const [ann, bob] = [await connect(), await connect()];
    ann.socket.send("hi");
    await expect.poll(() => bob.lines).toEqual(["hi(===Online people:2===)"]);
    const cem = await connect();
    cem.socket.close();
    await settled(2); // Its row is gone before the count is asked for.
    bob.socket.send("two again");
    await expect.poll(() => ann.lines).toEqual(["two again(===Online people:2===)"]);
    expect(bob.lines).toHaveLength(1);
    expect(problems).toEqual([]);
  });

  it("begins with an empty bucket, and ends with one that nobody is in", async () => {
    const { connect, settled, functions, problems } = await startClassic();
    expect(await functions.hub.online("lobby")).toBe(0);
    const ann = await connect();
    ann.socket.send("is anybody there?");
    await settled(1);
    ann.socket.close();
    await settled(0);
    expect(await functions.hub.online("lobby")).toBe(0);
    expect(problems).toEqual([]);
  });

  it("does not take foreign objects in the bucket for people", async () => {
    const { connect, cos, problems } = await startClassic();
    const client = createCosClient({ ...OWN, domain: cos.url });
    for (const Key of ["a.txt", "hubbub.txt", "xawexasdfewezdfsdfeasdfffa==", "logs/2026/1"]) {
      const place = { Bucket: "chat-1250000000", Region: "ap-guangzhou" };
      await client.putObject({ ...place, Key, Body: "websocket" });
    }
    const [ann, bob] = [await connect(), await connect()];
    bob.socket.send("hi");
    await expect.poll(() => ann.lines).toEqual(["hi(===Online people:2===)"]);
    expect(problems).toEqual([]);
  });

  it("reaches more than 1,000 people, each once", async () => {
    const { connect, gateway, problems } = await startClassic();
    const people: Awaited<ReturnType<typeof connect>>[] = [];
    for (let n = 0; n < 1010; n += 101) {
      people.push(...(await Promise.all(Array.from({ length: 101 }, connect))));
    }
    people[0]?.socket.send("hi");
    await expect.poll(() => gateway.counts.pushes, { timeout: 30_000 }).toBe(1009);
    const heard = () => people.filter(({ lines }) => lines.length === 1).length;
    await expect.poll(heard, { timeout: 10_000 }).toBe(1009);
    const lines = new Set(people.flatMap((person) => person.lines));
    expect([...lines]).toEqual(["hi(===Online people:1010===)"]);
    expect(people[0]?.lines).toEqual([]);
    expect(problems).toEqual([]);
  });
});
