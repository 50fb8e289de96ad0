import { execFileSync } from "node:child_process";
import { createApp, createHub } from "./deployment.ts";
import { GROUP, run } from "./run.ts";
import { synth } from "./synth.ts";

// Bundles, creates everything, uploads the code, and at last creates the hub. Needs `az login` and zip.
const dist = await synth();
execFileSync("zip", ["-qr", "../app.zip", "."], { cwd: `${dist}/app` });
const { LOCATION = "westeurope", ORIGINS = "http://localhost:4000,null" } = process.env;
const deployment = { group: GROUP, location: LOCATION, origins: ORIGINS, dist };
const app = run(createApp(deployment));
run(createHub(deployment, app));
console.log(`https://${app}.azurewebsites.net/api/negotiate`);
