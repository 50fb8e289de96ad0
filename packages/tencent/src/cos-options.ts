import { InvalidArgumentError, type Logger, type Meter, type Ports } from "@hubbub/core";

/** Where an object is. */
export interface CosPlace {
  /** With its APPID. */
  Bucket: string;
  Region: string;
  /** Never with a slash in front: the SDK would strip it. */
  Key: string;
}

/** What a listing asks for. */
export interface CosListQuery {
  Bucket: string;
  Region: string;
  Prefix: string;
  /** Keys after this one. */
  Marker: string;
  /** At most 1,000. */
  MaxKeys: number;
}

/** The least of the official SDK's client that is needed: a `COS` of `cos-nodejs-sdk-v5` is one. */
export interface CosLike {
  putObject(
    params: CosPlace & { Body: string; Headers?: Record<string, string> },
  ): Promise<unknown>;
  getObject(params: CosPlace): Promise<unknown>;
  deleteObject(params: CosPlace): Promise<unknown>;
  deleteMultipleObject(params: {
    Bucket: string;
    Region: string;
    Objects: { Key: string }[];
    Quiet: boolean;
  }): Promise<unknown>;
  getBucket(params: CosListQuery): Promise<unknown>;
}

/** What store and log have in common. */
export interface CosOptions extends Pick<Ports, "clock"> {
  /** The bucket, with its APPID: `chat-1250000000`. Versions must never have been kept in it. */
  bucket: string;
  /** Its region: `ap-guangzhou`. */
  region: string;
  /** What all keys begin with: letters, digits, `-`, `_`, `.` and `/`; at most 100. (Default: `"hubbub/"`) */
  prefix?: string | undefined;
  /** A number in [0, 1). (Default: `Math.random`) */
  random?: (() => number) | undefined;
  /** Counts requests as this package makes them; the SDK's own repetitions are not seen. (Default: nobody counts) */
  meter?: Meter | undefined;
  /** Is told of a wrong set-up, and of objects that are not what was stored. (Default: nobody is) */
  logger?: Logger | undefined;
}

/** Options with their defaults. */
export interface ResolvedCosOptions extends CosOptions {
  prefix: string;
  random: () => number;
}

const METHODS = [
  ...(["putObject", "getObject", "deleteObject", "deleteMultipleObject", "getBucket"] as const),
];

/**
 * Refuses options that can't be right, and fills in the defaults.
 *
 * @throws InvalidArgumentError naming the option.
 */
export function resolveCosOptions(cos: CosLike, options: CosOptions): ResolvedCosOptions {
  const { bucket, region, prefix = "hubbub/", clock, random = Math.random } = options ?? {};
  if (METHODS.some((name) => typeof cos?.[name] !== "function")) {
    throw new InvalidArgumentError("cos must be a client of cos-nodejs-sdk-v5");
  }
  if (!/^[a-z0-9][a-z0-9-]*-\d+$/.test(String(bucket))) {
    throw new InvalidArgumentError(
      `bucket must be a name and an APPID, like chat-1250000000, got ${String(bucket)}`,
    );
  }
  if (!/^[a-z0-9-]+$/.test(String(region ?? ""))) {
    throw new InvalidArgumentError(`region must be like ap-guangzhou, got ${String(region)}`);
  }
  if (typeof prefix !== "string" || !/^(?!\/)[\w./-]{0,100}$/.test(prefix)) {
    throw new InvalidArgumentError(
      "prefix must be at most 100 letters, digits, - _ . and /, and not begin with /",
    );
  }
  if (typeof clock?.now !== "function" || typeof clock.sleep !== "function") {
    throw new InvalidArgumentError("clock must have now() and sleep()");
  }
  if (typeof random !== "function") throw new InvalidArgumentError("random must be a function");
  return { ...options, prefix, random };
}
