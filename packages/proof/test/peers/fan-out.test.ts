import { describe, expect, it } from "vitest";
import { apiGatewayEndpoint } from "../../../aws/src/api-gateway-endpoint.ts";
import { createScenario } from "./scenario.ts";
import type { Visitor } from "./visitor.ts";

async function enterMany(
  scenario: ReturnType<typeof createScenario>,
  count: number,
): Promise<Visitor[]> {
  const visitors = [];
  for (let n = 0; n < count; n++) visitors.push(await scenario.enter(`user${n}`));
  return visitors;
}

describe("what peers get wrong in a broadcast", () => {
  // https://blog.dai.codes/aws-gw-management-api-promises
  it("blog.dai.codes/aws-gw-management-api-promises: a broadcast is done before the function is frozen", async () => {
    const scenario = createScenario();
    const visitors = await enterMany(scenario, 30);
    visitors[0]?.say("hello");
    await scenario.advance(100);
    for (const { texts } of visitors) expect(texts).toEqual(["hello"]);
  });

  it("loses on this platform what an application does not wait for, as Lambda does", async () => {
    const scenario = createScenario();
    const bob = await scenario.enter("bob");
    const publish = (text: string) => (hub: Parameters<Parameters<typeof scenario.call>[0]>[0]) =>
      hub.publish("lobby", "say", { text });
    await scenario.call(async (hub) => void publish("lost")(hub));
    await scenario.call(publish("kept"));
    expect(bob.texts).toEqual(["kept"]);
  });

  // https://github.com/michalkvasnicak/aws-lambda-graphql/issues/72
  it("michalkvasnicak/aws-lambda-graphql#72: members beyond the first page of a read are reached", async () => {
    const scenario = createScenario({ pageSize: 3 });
    const visitors = await enterMany(scenario, 11);
    visitors[10]?.say("one");
    await scenario.advance(100);
    for (const { texts } of visitors) expect(texts).toEqual(["one"]);
    expect(scenario.pushes).toHaveLength(10);
    expect(await scenario.call((hub) => hub.members("lobby"))).toHaveLength(11);
  });

  // https://github.com/anomalyco/sst/pull/2829
  it("anomalyco/sst#2829: dead connections beyond the first page are found and removed", async () => {
    const scenario = createScenario({ pageSize: 2 });
    const visitors = await enterMany(scenario, 9);
    scenario.script.accepts = () => false;
    for (const { line } of visitors.slice(3)) line.cut({ chatMs: [] });
    visitors[0]?.say("one");
    await scenario.advance(100);
    const { members } = await scenario.store.members("lobby", { limit: 100 });
    expect(members.map(({ userId }) => userId).sort()).toEqual(["user0", "user1", "user2"]);
    expect(visitors.slice(0, 3).map(({ texts }) => texts)).toEqual([["one"], ["one"], ["one"]]);
  });

  // https://github.com/serverless/serverless-websockets-plugin/issues/6
  it("serverless/serverless-websockets-plugin#6: behind a custom domain, pushes go to the API's own host and stage", () => {
    const event = { domainName: "ws.chat.example", apiId: "abcd1234", stage: "prod" };
    const own = "https://abcd1234.execute-api.eu-west-1.amazonaws.com/prod";
    expect(apiGatewayEndpoint(event, { AWS_REGION: "eu-west-1" })).toBe(own);
    const CALLBACK_URL = "https://ws.chat.example/v1";
    expect(apiGatewayEndpoint(event, { CALLBACK_URL })).toBe(CALLBACK_URL);
  });
});
