import { chatTable } from "@hubbub/aws";
import { CfnResource, RemovalPolicy, Token } from "aws-cdk-lib";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

const ACTIONS = [
  "dynamodb:GetItem",
  "dynamodb:PutItem",
  "dynamodb:UpdateItem",
  "dynamodb:DeleteItem",
  "dynamodb:Query",
  "dynamodb:BatchGetItem",
  "dynamodb:BatchWriteItem",
];

/** The one table of the chat, made as `@hubbub/aws` describes it. It goes with the stack. */
export class ChatTable extends Construct {
  readonly tableName: string;
  readonly #statements: PolicyStatement[];

  constructor(scope: Construct, id: string, { tableName }: { tableName: string }) {
    super(scope, id);
    const { createTable, timeToLive } = chatTable({ tableName });
    const { TimeToLiveSpecification } = timeToLive;
    const table = new CfnResource(this, "Table", {
      type: "AWS::DynamoDB::Table",
      properties: { ...createTable, TimeToLiveSpecification },
    });
    table.applyRemovalPolicy(RemovalPolicy.DESTROY);

    this.tableName = tableName;
    // With the table's own reference nothing runs before there is a table.
    const arn = Token.asString(table.getAtt("Arn"));
    const indexes = createTable.GlobalSecondaryIndexes ?? [];
    this.#statements = [
      new PolicyStatement({ actions: ACTIONS, resources: [arn] }),
      new PolicyStatement({
        actions: ["dynamodb:Query"],
        resources: indexes.map(({ IndexName }) => `${arn}/index/${IndexName}`),
      }),
    ];
  }

  /** Allows what store and log do, and no scan. */
  grantUse({ grantPrincipal }: IGrantable): void {
    for (const statement of this.#statements) grantPrincipal.addToPrincipalPolicy(statement);
  }
}
