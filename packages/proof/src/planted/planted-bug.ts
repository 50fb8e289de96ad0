import type { GatewayName } from "@hubbub/testing";
import type { SourceEdit } from "../bundle-worker.ts";

/** A bug, and what it breaks. It exists in a bundle only: no shipped code knows of it. */
export interface PlantedBug {
  readonly name: string;
  /** The guarantee, the row of the fault table, or the repair that it breaks. */
  readonly breaks: string;
  readonly edits: readonly SourceEdit[];
  /** The platform that it shows on. (Default: all take turns) */
  readonly gateway?: GatewayName;
}

/** Describes a bug that is one change of one file. */
export function plant(
  name: string,
  breaks: string,
  file: string,
  find: string,
  replace: string,
): PlantedBug {
  return { name, breaks, edits: [{ file, find, replace }] };
}
