import { unzipSync } from "fflate";
import { afterEach, describe, expect, it } from "vitest";
import { BOOTSTRAP, type Bundles, packWebFunction } from "../bundle.ts";
import { deployEventFunctions, removeEventFunctions } from "../deploy/event-functions.ts";
import { policyFor, TRUST } from "../deploy/role.ts";
import { readSettings } from "../deploy/settings.ts";
import { deployWebFunction, removeWebFunction } from "../deploy/web-function.ts";
import { APP_ID, type Asked, type FakeCloud, PUSH_URL, startFakeCloud } from "./fake-cloud.ts";

const env = {
  TENCENTCLOUD_REGION: "ap-guangzhou",
  TENCENTCLOUD_SECRET_ID: "AKIDEXAMPLE",
  TENCENTCLOUD_SECRET_KEY: "SECRETEXAMPLE",
};
const settings = readSettings(env);
const code = (name: string) => new TextEncoder().encode(`// ${name}`);
const bundles: Bundles = { events: code("events"), web: code("web") };
const fakes: FakeCloud[] = [];

async function start(): Promise<FakeCloud> {
  const fake = await startFakeCloud(settings);
  fakes.push(fake);
  return fake;
}

afterEach(async () => {
  for (const fake of fakes.splice(0)) await fake.close();
});

const bodies = (asked: Asked[], action: string) =>
  asked.filter((each) => each.action === action).map(({ body }) => body);
const variables = (body: Record<string, unknown> | undefined) => {
  const { Variables } = Object(body?.Environment) as {
    Variables: { Key: string; Value: string }[];
  };
  return Object.fromEntries(Variables.map(({ Key, Value }) => [Key, Value]));
};

describe("the Web Function", () => {
  it("is made with its protocol, its limits, its role, and an address", async () => {
    const { cloud, asked } = await start();
    await deployWebFunction(cloud, settings, bundles);
    const [made] = bodies(asked, "CreateFunction");
    expect(made).toMatchObject({
      FunctionName: "hubbub-chat",
      Type: "HTTP",
      ProtocolType: "WS",
      ProtocolParams: { WSParams: { IdleTimeOut: 600 } },
      InstanceConcurrencyConfig: { DynamicEnabled: "FALSE", MaxConcurrency: 100 },
      Role: "hubbub-chat",
      Timeout: 7200,
    });
    expect(variables(made)).toEqual({
      BUCKET: `hubbub-chat-${APP_ID}`,
      REGION: "ap-guangzhou",
      PREFIX: "hubbub/",
      ORIGINS: "http://localhost:4000,null",
      TIMEOUT_MS: "7200000",
      IDLE_TIMEOUT_MS: "600000",
    });
    const [trigger] = bodies(asked, "CreateTrigger");
    expect(trigger).toMatchObject({ Type: "http", Qualifier: "$DEFAULT" });
    expect(JSON.parse(String(trigger?.TriggerDesc))).toMatchObject({ AuthType: "NONE" });
    expect(bodies(asked, "PutReservedConcurrencyConfig")).toHaveLength(1); // One instance.
  });

  it("has a bucket in which what remembers closed connections ends by itself", async () => {
    const { cloud, made } = await start();
    await deployWebFunction(cloud, settings, bundles);
    const [bucket] = made("bucket");
    expect(String(bucket?.lifecycle)).toMatch(/<Prefix>hubbub\/[^<]+<\/Prefix>/);
    expect(String(bucket?.lifecycle)).toMatch(/<Status>Enabled<\/Status>.*<Days>2<\/Days>/s);
  });

  it("gets no key: neither its files nor its environment hold one", async () => {
    const { cloud, asked } = await start();
    await deployWebFunction(cloud, settings, bundles);
    expect(JSON.stringify(asked)).not.toContain(settings.secretKey);
    expect(JSON.stringify(asked)).not.toContain(settings.secretId);
  });

  it("may have several instances once there is a Redis for them", async () => {
    const shared = {
      ...env,
      REDIS_URL: "redis://10.0.0.2",
      VPC_ID: "vpc-1",
      SUBNET_ID: "subnet-1",
    };
    const { cloud, asked } = await start();
    await deployWebFunction(cloud, readSettings(shared), bundles);
    const [made] = bodies(asked, "CreateFunction");
    expect(made).toMatchObject({ VpcConfig: { VpcId: "vpc-1", SubnetId: "subnet-1" } });
    expect(variables(made)).toMatchObject({ REDIS_URL: "redis://10.0.0.2" });
    expect(bodies(asked, "PutReservedConcurrencyConfig")).toHaveLength(0);
  });

  it("is brought up to date by the same command, and keeps its address", async () => {
    const { cloud, asked, things } = await start();
    await deployWebFunction(cloud, settings, bundles);
    await deployWebFunction(cloud, settings, bundles);
    expect(bodies(asked, "CreateFunction")).toHaveLength(1);
    expect(bodies(asked, "CreateTrigger")).toHaveLength(1);
    expect(bodies(asked, "UpdateFunctionCode")).toHaveLength(1);
    expect(bodies(asked, "UpdateFunctionConfiguration")[0]).not.toHaveProperty("ProtocolType");
    expect(things("function")).toEqual(["hubbub-chat"]);
  });

  it("is removed with everything that was made, and a second time without error", async () => {
    const { cloud, things, objects } = await start();
    await deployWebFunction(cloud, settings, bundles);
    for (let n = 0; n < 3; n++) objects.add(`hubbub/${n}`);
    await removeWebFunction(cloud, settings);
    await removeWebFunction(cloud, settings);
    for (const kind of ["function", "role", "policy", "bucket"]) expect(things(kind)).toEqual([]);
  });

  it("is packed with a bootstrap that may be executed", () => {
    const zip = packWebFunction(bundles);
    const files = unzipSync(zip);
    expect(Object.keys(files).sort()).toEqual(["app.mjs", "scf_bootstrap"]);
    expect(new TextDecoder().decode(files.scf_bootstrap)).toBe(BOOTSTRAP);
    expect(BOOTSTRAP).not.toContain("\r");
    // The external attributes in the central directory: the upper half is the mode of Unix.
    const view = new DataView(zip.buffer, zip.byteOffset);
    const at = Buffer.from(zip).lastIndexOf("scf_bootstrap") - 46;
    expect(view.getUint32(at, true)).toBe(0x02014b50);
    expect((view.getUint32(at + 38, true) >>> 16).toString(8)).toBe("100755");
    expect(view.getUint8(at + 5)).toBe(3); // Made on Unix.
  });
});

describe("the event functions", () => {
  it("are told where to push as soon as there is a gateway, by one command", async () => {
    const { cloud, asked, things } = await start();
    await deployEventFunctions(cloud, settings, bundles);
    const events = ["register", "transport", "cleanup"];
    expect(things("function")).toEqual(events.map((event) => `hubbub-chat-${event}`));
    expect(bodies(asked, "CreateFunction").map(({ Handler }) => Handler)).toEqual(
      events.map((event) => `index.${event}`),
    );
    const configured = bodies(asked, "UpdateFunctionConfiguration");
    expect(configured.map((body) => variables(body).PUSH_URL)).toEqual(events.map(() => PUSH_URL));
    expect(bodies(asked, "CreateApi")[0]).toMatchObject({
      Protocol: "WEBSOCKET",
      ServiceType: "SCF",
      ServiceTimeout: 800,
      ServiceWebsocketRegisterFunctionName: "hubbub-chat-register",
      ServiceWebsocketTransportFunctionName: "hubbub-chat-transport",
      ServiceWebsocketCleanupFunctionName: "hubbub-chat-cleanup",
    });
    const actions = asked.map(({ action }) => action);
    expect(actions.indexOf("ReleaseService")).toBeGreaterThan(actions.indexOf("CreateApi"));
    expect(actions.indexOf("DescribeApi")).toBeLessThan(
      actions.indexOf("UpdateFunctionConfiguration"),
    );
  });

  it("keep their service and API at the next deployment", async () => {
    const { cloud, asked } = await start();
    await deployEventFunctions(cloud, settings, bundles);
    await deployEventFunctions(cloud, settings, bundles);
    expect(bodies(asked, "CreateService")).toHaveLength(1);
    expect(bodies(asked, "CreateApi")).toHaveLength(1);
    expect(bodies(asked, "CreateFunction")).toHaveLength(3);
  });

  it("are removed with everything that was made", async () => {
    const { cloud, things } = await start();
    await deployEventFunctions(cloud, settings, bundles);
    await removeEventFunctions(cloud, settings);
    await removeEventFunctions(cloud, settings);
    for (const kind of ["function", "role", "policy", "bucket", "service", "api"]) {
      expect(things(kind)).toEqual([]);
    }
  });
});

describe("the role", () => {
  it("is for functions only, and for its folder of its bucket", () => {
    expect(TRUST.statement[0].principal).toEqual({ service: ["scf.qcloud.com"] });
    const text = JSON.stringify(policyFor(settings, APP_ID));
    const { statement } = JSON.parse(text) as {
      statement: { action: string[]; resource: string[] }[];
    };
    const bucket = `qcs::cos:ap-guangzhou:uid/${APP_ID}:hubbub-chat-${APP_ID}/`;
    for (const { action, resource } of statement) {
      expect(resource.every((each) => each.startsWith(bucket))).toBe(true);
      expect(action.some((each) => each.includes("*"))).toBe(false);
    }
    const all = statement.flatMap(({ action }) => action);
    expect(all).not.toContain("name/cos:PutBucketVersioning");
    expect(all).not.toContain("name/cos:DeleteBucket");
  });
});
