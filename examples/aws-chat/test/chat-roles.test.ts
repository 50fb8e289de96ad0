import { describe, expect, it } from "vitest";
import { template, text } from "./chat-template.ts";

interface Statement {
  Action: string | string[];
  Resource: unknown;
}

/** What the roles allow, statement by statement. */
const statements = Object.values(template.findResources("AWS::IAM::Policy")).flatMap(
  ({ Properties }): Statement[] => Properties.PolicyDocument.Statement,
);
const actions = statements.flatMap(({ Action }) => Action);
const resourcesOf = (action: string) =>
  statements
    .filter(({ Action }) => [Action].flat().includes(action))
    .flatMap(({ Resource }) => Resource)
    .map(text);

describe("the roles", () => {
  it("allow on the table what is needed, and no scan", () => {
    const used = new Set(actions.filter((action) => action.startsWith("dynamodb:")));
    expect([...used].sort()).toEqual([
      "dynamodb:BatchGetItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:DeleteItem",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:UpdateItem",
    ]);
    const [table] = Object.keys(template.findResources("AWS::DynamoDB::Table"));
    const arn = `{${table}.Arn}`;
    expect(new Set(resourcesOf("dynamodb:PutItem"))).toEqual(new Set([arn]));
    expect(new Set(resourcesOf("dynamodb:Query"))).toEqual(new Set([arn, `${arn}/index/byUser`]));
  });

  it("allow requests to the connections of this stage only", () => {
    const [api] = Object.keys(template.findResources("AWS::ApiGatewayV2::Api"));
    const stage = `arn:{AWS::Partition}:execute-api:{AWS::Region}:{AWS::AccountId}:{${api}}/prod`;
    expect(resourcesOf("execute-api:ManageConnections")).toEqual([
      `${stage}/POST/@connections/*`,
      `${stage}/DELETE/@connections/*`,
      `${stage}/POST/@connections/*`, // The worker closes nobody.
    ]);
  });

  it("allow to send to the queue of jobs only", () => {
    const [[queue] = []] = Object.entries(template.findResources("AWS::SQS::Queue")).filter(
      ([, { Properties }]) => Properties.RedrivePolicy,
    );
    expect(new Set(resourcesOf("sqs:SendMessage"))).toEqual(new Set([`{${queue}.Arn}`]));
  });

  it("allow no action by wildcard, and nothing on everything", () => {
    expect(actions.filter((action) => action.includes("*"))).toEqual([]);
    expect(statements.flatMap(({ Resource }) => Resource)).not.toContain("*");
  });
});

describe("the function of the routes", () => {
  it("may be invoked by the three routes of this API, and by nobody else", () => {
    const permissions = Object.values(template.findResources("AWS::Lambda::Permission"));
    const [api] = Object.keys(template.findResources("AWS::ApiGatewayV2::Api"));
    const [[socket] = []] = Object.entries(template.findResources("AWS::Lambda::Function")).filter(
      ([, { Properties }]) => Properties.MemorySize === 512,
    );
    for (const { Properties } of permissions) {
      expect(Properties).toMatchObject({
        Action: "lambda:InvokeFunction",
        FunctionName: { "Fn::GetAtt": [socket, "Arn"] },
        Principal: "apigateway.amazonaws.com",
      });
    }
    const ours = `arn:{AWS::Partition}:execute-api:{AWS::Region}:{AWS::AccountId}:{${api}}`;
    expect(permissions.map(({ Properties }) => text(Properties.SourceArn)).sort()).toEqual(
      ["$connect", "$default", "$disconnect"].map((route) => `${ours}/*${route}`),
    );
  });
});
