import { describe, expect, it } from "vitest";
import { createApp, createHub } from "../deployment.ts";
import type { ArmResource } from "../infrastructure/arm-template.ts";
import { ROLES } from "../infrastructure/roles.ts";
import { appTemplate, hubTemplate } from "../infrastructure/templates.ts";

const find = (type: string): ArmResource => {
  const found = appTemplate.resources.find((resource) => resource.type === type);
  if (!found) throw new Error(`no ${type}`);
  return found;
};
const all = JSON.stringify([appTemplate, hubTemplate]);
const deployment = { group: "g", location: "l", origins: "https://chat.example", dist: "d" };

describe("the templates", () => {
  it("are JSON with every resource once, and depend on nothing that is not there", () => {
    const ids = appTemplate.resources.map(({ type, name }) => `${type} ${name}`);
    expect(new Set(ids).size).toBe(ids.length);
    const types = appTemplate.resources.map(({ type }) => type);
    for (const { dependsOn = [] } of appTemplate.resources) {
      for (const id of dependsOn) expect(types).toContain(/resourceId\('([^']+)'/.exec(id)?.[1]);
    }
    for (const text of all.match(/"\[[^"]*"/g) ?? []) {
      expect(text.split("(").length).toBe(text.split(")").length);
    }
  });

  it("hold no secret: keys are looked up while they are deployed", () => {
    expect(all).not.toMatch(/AccountKey=|AccessKey=|[A-Za-z0-9+]{40,}/);
    expect(all.match(/listKeys\(/g)).toHaveLength(3);
    expect(find("Microsoft.Storage/storageAccounts").properties).toMatchObject({
      allowSharedKeyAccess: false,
      allowBlobPublicAccess: false,
    });
  });

  it("let the functions' own identity do what it needs, on these resources alone", () => {
    expect(find("Microsoft.Web/sites").identity).toEqual({ type: "SystemAssigned" });
    const grants = appTemplate.resources.filter(({ type }) => type.endsWith("/roleAssignments"));
    expect(grants).toHaveLength(3);
    const text = JSON.stringify(grants);
    for (const id of Object.values(ROLES)) expect(text).toContain(id);
    for (const { scope } of grants) expect(scope).toMatch(/^\[resourceId\('Microsoft\.S/);
  });

  it("send every event to the functions, with their key", () => {
    const [hub] = hubTemplate.resources;
    expect(hub?.properties).toMatchObject({
      anonymousConnectPolicy: "deny",
      eventHandlers: [
        {
          urlTemplate: expect.stringMatching(/\/api\/events\/\{\{event\}\}\?code=\{1\}/),
          userEventPattern: "*",
          systemEvents: ["connect", "connected", "disconnected"],
        },
      ],
    });
  });
});

describe("the deployment", () => {
  it("uploads the code before it creates the hub, whose URL the service validates", () => {
    const commands = [...createApp(deployment), ...createHub(deployment, "app")];
    const lines = commands.map((command) => command.join(" "));
    const at = (part: string) => lines.findIndex((line) => line.includes(part));
    expect(at("d/app.json")).toBeLessThan(at("config-zip"));
    expect(at("config-zip")).toBeLessThan(at("d/hub.json"));
    expect(at("group create --name g")).toBe(0);
    expect(appTemplate.resources.some(({ type }) => type.endsWith("/hubs"))).toBe(false);
  });
});
