import { InvalidArgumentError } from "@hubbub/core";
import {
  apiGatewayEndpoint,
  type EndpointContext,
  parseApiGatewayEndpoint,
} from "./api-gateway-endpoint.ts";
import type { LambdaRequestContext } from "./lambda-event.ts";

/** Options of {@link createLambdaStage}. */
export interface LambdaStageOptions {
  callbackUrl?: string | undefined;
  region?: string | undefined;
  apiId?: string | undefined;
  stage?: string | undefined;
}

/** What an event says of its stage; what is empty says nothing. */
type StageContext = Pick<LambdaRequestContext, "apiId" | "stage" | "domainName">;

/** The one stage of the one API that a function serves. */
export interface LambdaStage {
  /**
   * False for an event of another API or stage. The first event that names them decides what nothing else
   * has said; one that names none is another's then.
   */
  admits(context: StageContext): boolean;
  /**
   * The stage's callback URL, the same for good once it is known.
   *
   * @throws InvalidArgumentError if nothing says what it is.
   */
  endpoint(): string;
}

/**
 * Creates the stage of a function. Options win, then the environment's `CALLBACK_URL`, then the first
 * event. All that the events say later is compared with it, and never used.
 *
 * @throws InvalidArgumentError if the options contradict each other.
 */
export function createLambdaStage(options: LambdaStageOptions): LambdaStage {
  const CALLBACK_URL = options.callbackUrl ?? process.env.CALLBACK_URL;
  const env = { CALLBACK_URL, AWS_REGION: options.region ?? process.env.AWS_REGION };
  const named = CALLBACK_URL ? stageIn(CALLBACK_URL) : {};
  let apiId = agreed("apiId", options.apiId, named.apiId);
  let stage = agreed("stage", options.stage, named.stage);
  let seen: EndpointContext = { apiId, stage };
  let endpoint: string | undefined;

  return {
    admits(context) {
      const said: EndpointContext = {
        apiId: context.apiId || undefined,
        stage: context.stage || undefined,
        domainName: context.domainName || undefined,
      };
      if (said.apiId !== (apiId ?? said.apiId)) return false;
      if (said.stage !== (stage ?? said.stage)) return false;
      ({ apiId, stage } = said);
      if (apiId && stage && seen.domainName === undefined) seen = said;
      return true;
    },
    endpoint() {
      endpoint ??= apiGatewayEndpoint(seen, env);
      return endpoint;
    },
  };
}

/** What API Gateway's own host names say; a custom domain says nothing. */
function stageIn(callbackUrl: string): { apiId?: string | undefined; stage?: string | undefined } {
  const { hostname, basePath, region } = parseApiGatewayEndpoint(callbackUrl);
  if (region === undefined) return {};
  return { apiId: hostname.split(".")[0], stage: basePath.slice(1) };
}

function agreed(
  name: string,
  given: string | undefined,
  named: string | undefined,
): string | undefined {
  if (given !== undefined && named !== undefined && given !== named) {
    throw new InvalidArgumentError(
      `${name} must be that of the callback URL, ${named}, got ${given}`,
    );
  }
  return given ?? named;
}
