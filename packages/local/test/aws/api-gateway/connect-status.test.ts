import { describe, expect, it } from "vitest";
import { connect, refused, startGateway } from "../../kit.ts";

const answering = (statusCode: unknown) =>
  startGateway({ routes: { $connect: async () => ({ statusCode }) } });

describe("the status of $connect's answer", () => {
  it.each([199, 600, 200.5, "OK", null])("%s is none: 500", async (statusCode) => {
    expect((await refused((await answering(statusCode)).url)).status).toBe(500);
  });

  it.each([200, 299, "200"])("%s lets in, also with a slash at the path's end", async (status) => {
    const gateway = await answering(status);
    await connect(`${gateway.url}/?a=b`);
    expect(gateway.connections()).toHaveLength(1);
  });
});
