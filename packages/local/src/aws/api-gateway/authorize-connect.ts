import { Buffer } from "node:buffer";
import type { AuthorizerOptions } from "./gateway-options.ts";
import { type Invoker, isUnauthorized } from "./invoker.ts";
import { FORBIDDEN, INTERNAL, UNAUTHORIZED, type UpgradeRefusal } from "./upgrade-refusal.ts";
import type { AuthorizerContext, AuthorizerEvent } from "./web-socket-event.ts";
import { headerOf } from "./web-socket-request.ts";

const MAX_RESULT_BYTES = 8 * 1024;

/** What the authorizer decided. */
export type Authorization = { context: AuthorizerContext } | { refusal: UpgradeRefusal };

/** Asks the authorizer whether a client may connect. Never rejects. */
export async function authorizeConnect(
  invoker: Invoker,
  { handler, identitySources = [] }: AuthorizerOptions,
  event: AuthorizerEvent,
): Promise<Authorization> {
  if (!identitySources.every((source) => identityOf(event, source))) {
    return { refusal: UNAUTHORIZED };
  }
  const outcome = await invoker.call("authorizer", handler, event);
  if (outcome.type !== "returned") {
    const refused = outcome.type === "failed" && isUnauthorized(outcome.error);
    return { refusal: refused ? UNAUTHORIZED : INTERNAL };
  }
  const { value } = outcome;
  if (!isRecord(value) || typeof value.principalId !== "string") return { refusal: INTERNAL };
  const context = contextOf(value.context);
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (!context || bytes > MAX_RESULT_BYTES) return { refusal: INTERNAL };
  if (!allows(value.policyDocument, event.methodArn)) return { refusal: FORBIDDEN };
  return { context: { ...context, principalId: value.principalId } };
}

function identityOf(event: AuthorizerEvent, source: string): string | undefined {
  const [, , kind, name = ""] = source.split(".");
  if (kind === "querystring") return event.queryStringParameters?.[name];
  return headerOf(event.headers, name.toLowerCase());
}

/** The context as handlers see it, all strings; undefined if a value is an object or an array. */
function contextOf(context: unknown): AuthorizerContext | undefined {
  if (context === undefined || context === null) return {};
  if (!isRecord(context)) return undefined;
  const entries = Object.entries(context);
  if (entries.some(([, value]) => typeof value === "object" && value !== null)) return undefined;
  return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
}

/** True if a statement allows the call and none denies it. */
function allows(policy: unknown, methodArn: string): boolean {
  const statements = listOf(isRecord(policy) ? policy.Statement : undefined)
    .filter(isRecord)
    .filter(({ Action }) => listOf(Action).some((action) => matches(action, "execute-api:Invoke")))
    .filter(({ Resource }) => listOf(Resource).some((resource) => matches(resource, methodArn)));
  const effects = statements.map(({ Effect }) => Effect);
  return effects.includes("Allow") && !effects.includes("Deny");
}

function matches(pattern: unknown, text: string): boolean {
  if (typeof pattern !== "string") return false;
  const [first = "", ...others] = pattern.toLowerCase().split("*");
  const lower = text.toLowerCase();
  if (others.length === 0) return lower === first;
  if (!lower.startsWith(first)) return false;
  const last = others.pop() ?? "";
  let at = first.length;
  for (const part of others) {
    const found = lower.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return lower.length - last.length >= at && lower.endsWith(last);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
