import { describe, expect, it } from "vitest";
import { startService } from "./web-pubsub-kit.ts";
import { rawRequest } from "./web-pubsub-rest-kit.ts";

describe("what the REST API refuses", () => {
  it.each(["-1", "301", "1.5", "x"])("gets 400 for messageTtlSeconds=%s", async (ttl) => {
    const { endpoint } = await startService();
    const url = `${endpoint}/api/hubs/chat/:send?messageTtlSeconds=${ttl}`;
    expect((await rawRequest(url)).status).toBe(400);
  });

  it.each([
    ["GET", "groups/g/connections?maxpagesize=201", 400],
    ["GET", "groups/g/connections?top=0", 400],
    ["PUT", "permissions/fly/connections/c", 400],
    ["PUT", "users/u/groups/%20", 400],
    ["HEAD", "permissions/sendToGroup/connections/c", 400],
    ["PUT", "permissions/sendToGroup/connections/c?targetName=%20", 400],
    ["PUT", "permissions/SENDTOGROUP/connections/c?targetName=g", 404],
    ["POST", "groups/%20/:send", 400],
    ["HEAD", `groups/${"g".repeat(1025)}`, 400],
    ["POST", "users/%20/:closeConnections", 400],
    ["DELETE", "connections/%20/groups", 400],
    ["POST", ":addToGroups", 415],
    ["POST", ":send?api-version=2099-01-01", 400],
    ["POST", ":send?api-version=2024-12-01&api-version=2024-12-01", 400],
    ["POST", ":send?api-version=2021-10-01", 202],
    ["GET", "groups/g/connections?top=1&top=2", 400],
    ["GET", "groups/g/connections?continuationToken=garbage", 400],
    ["GET", "groups/g/connections?continuationToken=", 400],
    ["POST", ":generateToken?minutesToExpire=2147483647", 200],
    ["POST", ":generateToken?minutesToExpire=2147483648", 400],
    ["POST", ":generateToken?clientType=MQTT", 400],
    ["POST", ":generateToken?minutesToExpire=0", 400],
    ["GET", ":send", 405],
    ["POST", "nothing", 404],
    ["POST", "connections/%E0/:send", 404],
  ])("%s %.60s is answered with %i", async (method, path, status) => {
    const { endpoint } = await startService();
    const answer = await rawRequest(`${endpoint}/api/hubs/chat/${path}`, { method });
    expect(answer.status).toBe(status);
  });

  it("is told what was not there, and which versions there are", async () => {
    const { endpoint } = await startService();
    const paths = ["connections/c", "users/u", "groups/g"];
    const answers = await Promise.all(
      paths.map((path) => rawRequest(`${endpoint}/api/hubs/chat/${path}`, { method: "HEAD" })),
    );
    expect(answers.map(({ headers }) => headers["x-ms-error-code"])).toEqual([
      ...["Warning.Connection.NotExisted", "Warning.User.NotExisted", "Warning.Group.NotExisted"],
    ]);
    expect(answers[0]?.headers["api-supported-versions"]).toContain("2024-12-01");
    const sent = await rawRequest(`${endpoint}/api/hubs/chat/:send`);
    expect([sent.headers["content-length"], sent.headers["transfer-encoding"]]).toEqual([
      ...["0", undefined],
    ]);
    const add = await rawRequest(`${endpoint}/api/hubs/chat/groups/g/connections/c`, {
      method: "PUT",
    });
    expect(add.json()).toMatchObject({ code: "Error.Connection.NotExisted", target: "Connection" });
    const bad = await rawRequest(`${endpoint}/api/hubs/1bad/:send`);
    expect([bad.status, bad.json()]).toMatchObject([
      ...[400, { code: "Error.BadRequest", target: "Request" }],
    ]);
  });

  it.each([
    ...["", "{", "null", "[]", "{}", '{"groups":null}', '{"groups":[]}', '{"groups":"g"}'],
    ...['{"groups":["g",null]}', '{"groups":["g"," "]}', '{"groups":["g"],"filter":42}'],
    ...['{"groups":["g"],"filter":" "}', '{"groups":["g"],"filter":"true or userId"}'],
  ])("gets 400 for the groups %s", async (body) => {
    const { endpoint } = await startService();
    const json = { headers: { "Content-Type": "application/json; charset=utf-8" }, body };
    expect((await rawRequest(`${endpoint}/api/hubs/chat/:addToGroups`, json)).status).toBe(400);
    const good = { ...json, body: '{"groups":["g"],"filter":""}' };
    expect((await rawRequest(`${endpoint}/api/hubs/chat/:addToGroups`, good)).status).toBe(200);
  });
});
