import { Stack } from "aws-cdk-lib";
import { WebSocketApi, WebSocketStage } from "aws-cdk-lib/aws-apigatewayv2";
import { WebSocketLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";

/** Options of {@link Gateway}. */
export interface GatewayOptions {
  stageName: string;
  /** Events of a route that are let through, a second, and how many at once after a pause. */
  throttle: { rateLimit: number; burstLimit: number };
}

/** The WebSocket API with its one stage. */
export class Gateway extends Construct {
  readonly url: string;
  readonly callbackUrl: string;
  readonly #api: WebSocketApi;
  readonly #stage: WebSocketStage;

  constructor(scope: Construct, id: string, options: GatewayOptions) {
    super(scope, id);
    this.#api = new WebSocketApi(this, "Api", {
      apiName: Stack.of(this).stackName,
      routeSelectionExpression: "$request.body.action", // No frame has it: all go to `$default`.
    });
    this.#stage = new WebSocketStage(this, "Stage", {
      webSocketApi: this.#api,
      autoDeploy: true,
      ...options,
    });
    this.url = this.#stage.url;
    this.callbackUrl = this.#stage.callbackUrl;
  }

  /** Sends all events to a function; what it answers to a message goes to the sender. */
  routeTo(socket: IFunction): void {
    const integration = () => new WebSocketLambdaIntegration("Socket", socket);
    this.#api.addRoute("$connect", { integration: integration() });
    this.#api.addRoute("$default", { integration: integration(), returnResponse: true });
    this.#api.addRoute("$disconnect", { integration: integration() });
  }

  /** Allows requests to the connections of this stage, and of no other. */
  grantConnections({ grantPrincipal }: IGrantable, ...methods: ("POST" | "DELETE")[]): void {
    const resources = methods.map((method) =>
      Stack.of(this).formatArn({
        service: "execute-api",
        resource: this.#api.apiId,
        resourceName: `${this.#stage.stageName}/${method}/@connections/*`,
      }),
    );
    const statement = new PolicyStatement({
      actions: ["execute-api:ManageConnections"],
      resources,
    });
    grantPrincipal.addToPrincipalPolicy(statement);
  }
}
