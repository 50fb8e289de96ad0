import type { CreateRoleRequest } from "tencentcloud-sdk-nodejs/tencentcloud/services/cam/v20190116/cam_models.js";
import { type Cloud, ifThere, isTaken } from "./cloud.ts";
import type { Settings } from "./settings.ts";

/** The bucket that holds connections and logs, by its full name. */
export function bucketOf({ name }: Settings, appId: number): string {
  return `${name}-${appId}`;
}

/** The folder of the chat in its bucket; the role reaches nothing else. */
export const PREFIX = "hubbub/";

/** Who may take the role: functions. */
export const TRUST = {
  version: "2.0",
  statement: [
    {
      effect: "allow",
      action: "name/sts:AssumeRole",
      principal: { service: ["scf.qcloud.com"] },
    },
  ],
} as const;

/** What a function may do: read, write and list its folder of its bucket. */
export function policyFor(settings: Settings, appId: number): object {
  const bucket = `qcs::cos:${settings.region}:uid/${appId}:${bucketOf(settings, appId)}`;
  return {
    version: "2.0",
    statement: [
      {
        effect: "allow",
        action: [
          "name/cos:GetObject",
          "name/cos:HeadObject",
          "name/cos:PutObject",
          "name/cos:DeleteObject",
          "name/cos:DeleteMultipleObjects",
        ],
        resource: [`${bucket}/${PREFIX}*`],
      },
      {
        effect: "allow",
        action: ["name/cos:GetBucket"],
        resource: [`${bucket}/*`],
        condition: { string_like_if_exist: { "cos:prefix": `${PREFIX}*` } },
      },
    ],
  };
}

/** Makes the execution role of the functions, or brings it up to date. Answers its name. */
export async function putRole(cloud: Cloud, settings: Settings, appId: number): Promise<string> {
  const { name } = settings;
  const role = {
    RoleName: name,
    PolicyDocument: JSON.stringify(TRUST),
  } satisfies CreateRoleRequest;
  if (!(await ifThere(cloud.cam.GetRole({ RoleName: name })))) await cloud.cam.CreateRole(role);
  const PolicyDocument = JSON.stringify(policyFor(settings, appId));
  try {
    await cloud.cam.CreatePolicy({ PolicyName: name, PolicyDocument });
  } catch (error) {
    if (!isTaken(error)) throw error;
    await cloud.cam.UpdatePolicy({ PolicyName: name, PolicyDocument });
  }
  await cloud.cam.AttachRolePolicy({ AttachRoleName: name, PolicyName: name });
  cloud.say(`role ${name}: reaches ${bucketOf(settings, appId)} and nothing else`);
  return name;
}

/** Removes the role and its policy. Repeating it changes nothing. */
export async function removeRole(cloud: Cloud, { name }: Settings): Promise<void> {
  await ifThere(cloud.cam.DetachRolePolicy({ DetachRoleName: name, PolicyName: name }));
  const { List = [] } = await cloud.cam.ListPolicies({ Scope: "Local", Keyword: name, Rp: 200 });
  const own = List.filter((policy) => policy.PolicyName === name);
  const PolicyId = own.flatMap((policy) =>
    policy.PolicyId === undefined ? [] : [policy.PolicyId],
  );
  if (PolicyId.length > 0) await cloud.cam.DeletePolicy({ PolicyId });
  await ifThere(cloud.cam.DeleteRole({ RoleName: name }));
  cloud.say(`role ${name}: removed`);
}
