import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { type Cloud, createCloud } from "../deploy/cloud.ts";
import type { Settings } from "../deploy/settings.ts";
import { answerCos } from "./fake-buckets.ts";

/** A request as Tencent Cloud got it. */
export interface Asked {
  readonly action: string;
  readonly body: Record<string, unknown>;
}

/** An answer, or an error by its code. */
type Answer = Record<string, unknown> | string;

/** Tencent Cloud's API and COS's buckets on loopback, as much of them as a deployment asks for. */
export interface FakeCloud {
  readonly cloud: Cloud;
  /** What was asked, oldest first. */
  readonly asked: Asked[];
  /** The names of what is there, by kind. */
  things(kind: string): string[];
  /** Each of them, as it was made. */
  made(kind: string): Record<string, unknown>[];
  /** The objects of the bucket. */
  readonly objects: Set<string>;
  close(): Promise<void>;
}

export const APP_ID = 1250000000;
export const PUSH_URL = "http://set-websocket.example.internal/api-abcd1234";

/** Starts one; the official SDKs are its clients. */
export async function startFakeCloud(settings: Settings): Promise<FakeCloud> {
  const asked: Asked[] = [];
  const kinds = new Map<string, Map<string, Record<string, unknown>>>();
  const of = (kind: string) => {
    const known = kinds.get(kind) ?? new Map();
    kinds.set(kind, known);
    return known;
  };
  const objects = new Set<string>();
  const actions = createActions(of);

  async function answerApi(request: IncomingMessage): Promise<string> {
    const action = String(request.headers["x-tc-action"]);
    const body = JSON.parse((await text(request)) || "{}");
    asked.push({ action, body });
    const signed = request.headers.authorization?.startsWith("TC3-HMAC-SHA256 Credential=AKID");
    const answer = signed ? actions[action]?.(body) : "AuthFailure.SignatureFailure";
    const Response =
      answer === undefined || typeof answer === "string"
        ? { Error: { Code: answer ?? "InvalidAction", Message: `${action} failed` } }
        : answer;
    return JSON.stringify({ Response: { ...Response, RequestId: "1" } });
  }

  const server = createServer(async (request, response) => {
    if (request.headers["x-tc-action"]) return response.end(await answerApi(request));
    const body = await text(request);
    const status = answerCos(request, body, of("bucket"), objects);
    asked.push({ action: `${request.method} ${request.url?.split("?")[0]}`, body: {} });
    response.writeHead(status.code, { "content-type": "application/xml" }).end(status.xml);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const endpoints = { api: `127.0.0.1:${port}`, cos: `http://127.0.0.1:${port}/{Bucket}` };
  return {
    cloud: { ...createCloud(settings, endpoints), say() {}, sleep: async () => {} },
    asked,
    things: (kind) => [...of(kind).keys()],
    made: (kind) => [...of(kind).values()],
    objects,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

type Things = (kind: string) => Map<string, Record<string, unknown>>;
type Action = (body: Record<string, unknown>) => Answer;

function createActions(of: Things): Record<string, Action> {
  const named = (kind: string, key: string, missing: string): Action => {
    return (body) => of(kind).get(String(body[key])) ?? missing;
  };
  const gone = (kind: string, key: string, missing: string): Action => {
    return (body) => (of(kind).delete(String(body[key])) ? {} : missing);
  };
  const looks = new Map<string, number>();
  return {
    GetUserAppId: () => ({ AppId: APP_ID }),
    GetRole: named("role", "RoleName", "InvalidParameter.RoleNotExist"),
    CreateRole: (body) => put(of("role"), String(body.RoleName), body),
    DeleteRole: gone("role", "RoleName", "InvalidParameter.RoleNotExist"),
    CreatePolicy: (body) =>
      of("policy").has(String(body.PolicyName))
        ? "FailedOperation.PolicyNameInUse"
        : put(of("policy"), String(body.PolicyName), body),
    UpdatePolicy: (body) => put(of("policy"), String(body.PolicyName), body),
    AttachRolePolicy: () => ({}),
    DetachRolePolicy: named("policy", "PolicyName", "ResourceNotFound.PolicyIdNotFound"),
    ListPolicies: () => ({
      List: [...of("policy").keys()].map((PolicyName) => ({ PolicyName, PolicyId: 7 })),
    }),
    DeletePolicy: () => {
      of("policy").clear();
      return {};
    },
    GetFunction(body) {
      const name = String(body.FunctionName);
      if (!of("function").has(name)) return "ResourceNotFound.Function";
      looks.set(name, (looks.get(name) ?? 0) + 1); // Every other look finds it at work.
      return { FunctionName: name, Status: (looks.get(name) ?? 0) % 2 ? "Creating" : "Active" };
    },
    CreateFunction: (body) => put(of("function"), String(body.FunctionName), body),
    UpdateFunctionCode: named("function", "FunctionName", "ResourceNotFound.Function"),
    UpdateFunctionConfiguration: named("function", "FunctionName", "ResourceNotFound.Function"),
    DeleteFunction: gone("function", "FunctionName", "ResourceNotFound.Function"),
    PutReservedConcurrencyConfig: () => ({}),
    DeleteReservedConcurrencyConfig: () => ({}),
    ListTriggers: () => ({ Triggers: [...of("trigger").values()] }),
    CreateTrigger: (body) => {
      const host = "1250000000-abc.ap-guangzhou.tencentscf.com";
      const TriggerDesc = JSON.stringify({ NetConfig: { ExtranetUrl: `https://${host}` } });
      const trigger = { ...body, TriggerDesc };
      put(of("trigger"), String(body.TriggerName), trigger);
      return { TriggerInfo: trigger };
    },
    ...gatewayActions(of),
  };
}

function gatewayActions(of: Things): Record<string, Action> {
  const OuterSubDomain = "service-abcd.gz.apigw.tencentcs.com";
  return {
    DescribeServicesStatus: () => ({ Result: { ServiceSet: [...of("service").values()] } }),
    CreateService: (body) => {
      const service = { ServiceId: "service-abcd", OuterSubDomain, ServiceName: body.ServiceName };
      return put(of("service"), "service-abcd", service);
    },
    DeleteService: (body) => {
      of("service").delete(String(body.ServiceId));
      return {};
    },
    DescribeApisStatus: () => ({ Result: { ApiIdStatusSet: [...of("api").values()] } }),
    CreateApi: (body) => {
      put(of("api"), "api-abcd1234", { ...body, ApiId: "api-abcd1234" });
      return { Result: { ApiId: "api-abcd1234" } };
    },
    DescribeApi: () => ({ Result: { InternalDomain: PUSH_URL } }),
    DeleteApi: (body) => {
      of("api").delete(String(body.ApiId));
      return { Result: true };
    },
    ReleaseService: () => ({}),
    UnReleaseService: () => ({}),
  };
}

function put<T extends Record<string, unknown>>(things: Map<string, T>, key: string, thing: T): T {
  things.set(key, thing);
  return thing;
}
