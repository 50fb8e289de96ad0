import { chatTable } from "@hubbub/aws";
import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { template, text } from "./chat-template.ts";

describe("the gateway", () => {
  it("is a WebSocket API whose three routes call the function", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Api", { ProtocolType: "WEBSOCKET" });
    const routes = Object.values(template.findResources("AWS::ApiGatewayV2::Route"));
    const keys = routes.map(({ Properties }) => Properties.RouteKey);
    expect(keys.sort()).toEqual(["$connect", "$default", "$disconnect"]);
    template.resourceCountIs("AWS::ApiGatewayV2::Integration", 3);
    template.allResourcesProperties("AWS::ApiGatewayV2::Integration", {
      IntegrationType: "AWS_PROXY",
    });
  });

  it("answers the sender of a message", () => {
    const [route] = Object.keys(
      template.findResources("AWS::ApiGatewayV2::Route", {
        Properties: { RouteKey: "$default", RouteResponseSelectionExpression: "$default" },
      }),
    );
    template.resourceCountIs("AWS::ApiGatewayV2::RouteResponse", 1);
    template.hasResourceProperties("AWS::ApiGatewayV2::RouteResponse", {
      RouteId: { Ref: route },
      RouteResponseKey: "$default",
    });
  });

  it("is throttled", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      StageName: "prod",
      DefaultRouteSettings: { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000 },
    });
  });
});

describe("the table", () => {
  it("is the one that the package describes, billed by request, with expiry", () => {
    const { createTable, timeToLive } = chatTable({ tableName: "hubbub-chat" });
    const { TimeToLiveSpecification } = timeToLive;
    const [table] = Object.values(template.findResources("AWS::DynamoDB::Table"));
    expect(table?.Properties).toEqual({ ...createTable, TimeToLiveSpecification });
    expect(table?.Properties).toMatchObject({
      BillingMode: "PAY_PER_REQUEST",
      TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
    });
    expect(table?.DeletionPolicy).toBe("Delete");
  });
});

describe("the queue", () => {
  it("keeps what fails, and asks for single failures", () => {
    const [[failed] = []] = Object.entries(template.findResources("AWS::SQS::Queue")).filter(
      ([, { Properties }]) => !Properties.RedrivePolicy,
    );
    template.hasResourceProperties("AWS::SQS::Queue", {
      RedrivePolicy: {
        deadLetterTargetArn: { "Fn::GetAtt": [failed, "Arn"] },
        maxReceiveCount: 5,
      },
      VisibilityTimeout: 6 * 60,
      MessageRetentionPeriod: 60 * 60,
    });
    template.hasResourceProperties("AWS::SQS::Queue", {
      RedrivePolicy: Match.absent(),
      MessageRetentionPeriod: 14 * 24 * 60 * 60,
    });
    template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      BatchSize: 1,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
  });
});

describe("the alarm", () => {
  it("rings as soon as a job has failed for good", () => {
    const [[failed] = []] = Object.entries(template.findResources("AWS::SQS::Queue")).filter(
      ([, { Properties }]) => !Properties.RedrivePolicy,
    );
    template.hasResourceProperties("AWS::CloudWatch::Alarm", {
      MetricName: "ApproximateNumberOfMessagesVisible",
      Dimensions: [{ Name: "QueueName", Value: { "Fn::GetAtt": [failed, "QueueName"] } }],
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      Threshold: 1,
      TreatMissingData: "notBreaching",
    });
  });
});

describe("the functions", () => {
  it("run on Node 22, and know all that they need", () => {
    template.resourceCountIs("AWS::Lambda::Function", 2);
    const needed = ["TABLE_NAME", "CALLBACK_URL", "QUEUE_URL", "ORIGINS", "SHARDS"];
    template.allResourcesProperties("AWS::Lambda::Function", {
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Environment: {
        Variables: Object.fromEntries(needed.map((name) => [name, Match.anyValue()])),
      },
    });
    const variables = Object.values(template.findResources("AWS::Lambda::Function")).map(
      ({ Properties }) => Properties.Environment.Variables,
    );
    const [api] = Object.keys(template.findResources("AWS::ApiGatewayV2::Api"));
    for (const { CALLBACK_URL, ORIGINS, SHARDS } of variables) {
      expect(text(CALLBACK_URL)).toBe(
        `https://{${api}}.execute-api.{AWS::Region}.{AWS::URLSuffix}/prod`,
      );
      expect(ORIGINS).toBe("https://chat.example");
      expect(SHARDS).toBe("8");
    }
    expect(variables).toContainEqual(
      expect.objectContaining({ MAXIMUM_CONCURRENCY: "2", PUSHES_PER_SECOND: "7000" }),
    );
  });

  it("have the time and the memory that their work takes", () => {
    const functions = Object.values(template.findResources("AWS::Lambda::Function"));
    const sizes = functions.map(({ Properties }) => [Properties.MemorySize, Properties.Timeout]);
    expect(sizes).toEqual([
      [512, 29], // API Gateway waits no longer.
      [1769, 60],
    ]);
  });

  it("log for a month", () => {
    template.resourceCountIs("AWS::Logs::LogGroup", 2);
    template.allResourcesProperties("AWS::Logs::LogGroup", { RetentionInDays: 30 });
    template.allResourcesProperties("AWS::Lambda::Function", {
      LoggingConfig: { LogGroup: Match.anyValue() },
    });
  });

  it("need no network of their own, which would cost by the hour", () => {
    const types = Object.values(template.toJSON().Resources).map((resource) =>
      String(Object(resource).Type),
    );
    expect(types.filter((type) => /^AWS::EC2|NatGateway|LoadBalancing/.test(type))).toEqual([]);
  });
});
