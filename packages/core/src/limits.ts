import { checkKnown, checkNumber } from "./check-options.ts";

/** A token bucket. */
export interface Rate {
  /** Frames a second, on average; `Infinity` switches the limit off. */
  readonly perSecond: number;
  /** Frames at once, after a quiet time. */
  readonly burst: number;
}

/** What a client may send. Every limit has a default. */
export interface Limits {
  /** UTF-8 bytes of one WebSocket message. (Default: 32,768) */
  readonly maxBytes: number;
  /** Frames in one WebSocket message. (Default: 32) */
  readonly maxFrames: number;
  /** Nesting depth of one frame. (Default: 32) */
  readonly maxDepth: number;
  /** Keys of one object in a frame. (Default: 128) */
  readonly maxKeys: number;
  /** Rooms that one connection is in. (Default: 50) */
  readonly maxRooms: number;
  /** Bytes of an answer before the rest is left for the next. (Default: 32,768) */
  readonly maxReplyBytes: number;
  /** Frames of one connection. (Default: 20 a second, 60 at once) */
  readonly connectionRate: Rate;
  /** Frames of one user, over all its connections. (Default: 60 a second, 180 at once) */
  readonly userRate: Rate;
}

/** Limits that differ from the defaults. */
export type LimitOptions = Partial<Limits>;

const DEFAULTS: Limits = {
  maxBytes: 32_768, // The frame size and the billing unit of AWS's gateway, the smallest of the clouds.
  maxFrames: 32,
  maxDepth: 32,
  maxKeys: 128,
  maxRooms: 50,
  maxReplyBytes: 32_768,
  connectionRate: { perSecond: 20, burst: 60 },
  userRate: { perSecond: 60, burst: 180 },
};

/**
 * Fills in the defaults.
 *
 * @throws InvalidArgumentError if a limit is wrong; the message names it.
 */
export function resolveLimits(options: LimitOptions = {}): Limits {
  checkKnown("limits", options, Object.keys(DEFAULTS));
  const limits: Limits = { ...DEFAULTS, ...options };
  checkNumber("limits.maxBytes", limits.maxBytes, { min: 64 });
  checkNumber("limits.maxFrames", limits.maxFrames, { min: 1 });
  checkNumber("limits.maxDepth", limits.maxDepth, { min: 4 });
  checkNumber("limits.maxKeys", limits.maxKeys, { min: 16, infinite: true });
  checkNumber("limits.maxRooms", limits.maxRooms, { min: 1, infinite: true });
  checkNumber("limits.maxReplyBytes", limits.maxReplyBytes, { min: 1024 });
  for (const name of ["connectionRate", "userRate"] as const) {
    checkKnown(`limits.${name}`, limits[name], ["perSecond", "burst"]);
    const { perSecond, burst } = limits[name];
    checkNumber(`limits.${name}.perSecond`, perSecond, {
      min: 0.001,
      integer: false,
      infinite: true,
    });
    checkNumber(`limits.${name}.burst`, burst, { min: 1, infinite: true });
  }
  return limits;
}
