/** One call of a program. */
export type Command = readonly [program: string, ...args: string[]];

/** What is deployed, and where to. */
export interface Deployment {
  /** The resource group: all of it belongs to the chat. */
  group: string;
  location: string;
  /** Pages that may connect, separated by commas. */
  origins: string;
  /** The folder that `synth` has written. */
  dist: string;
}

const template = (group: string, file: string): Command => [
  "az",
  "deployment",
  "group",
  "create",
  "--resource-group",
  group,
  "--template-file",
  file,
];

/** Creates the group and everything but the hub; the last one prints the name of the function app. */
export function createApp({ group, location, origins, dist }: Deployment): Command[] {
  return [
    ["az", "group", "create", "--name", group, "--location", location, "--output", "none"],
    [
      ...template(group, `${dist}/app.json`),
      ...["--parameters", `origins=${origins}`, "--query", "properties.outputs.app.value"],
      ...["--output", "tsv"],
    ],
  ];
}

/** Uploads the code, and only then creates the hub: Web PubSub asks the functions whether it may. */
export function createHub({ group, dist }: Deployment, app: string): Command[] {
  const upload = ["--name", app, "--src", `${dist}/app.zip`, "--output", "none"];
  return [
    [
      "az",
      "functionapp",
      "deployment",
      "source",
      "config-zip",
      "--resource-group",
      group,
      ...upload,
    ],
    [...template(group, `${dist}/hub.json`), "--output", "none"],
  ];
}

/** Removes all of it. */
export function removeAll(group: string): Command[] {
  return [["az", "group", "delete", "--name", group, "--yes"]];
}
