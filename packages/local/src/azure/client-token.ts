import { signToken } from "./json-web-token.ts";

/** What a client's access token says. */
export interface ClientTokenOptions {
  /** (Default: none) */
  userId?: string | undefined;
  /** Such as `webpubsub.sendToGroup.lobby`. (Default: none) */
  roles?: readonly string[];
  /** The groups that the client is in from the beginning. (Default: none) */
  groups?: readonly string[];
  /** (Default: 60) */
  expiresInMinutes?: number;
}

/** Who makes a token. */
export interface ClientTokenIssuer {
  hub: string;
  endpoint: string;
  accessKey: string;
  /** Current time, in milliseconds since the Unix epoch. */
  now: number;
}

/** Creates an access token for a client of a hub. */
export function createClientToken(
  { userId, roles = [], groups = [], expiresInMinutes = 60 }: ClientTokenOptions,
  { hub, endpoint, accessKey, now }: ClientTokenIssuer,
): string {
  const iat = Math.floor(now / 1000);
  return signToken(
    {
      ...{ aud: `${endpoint}/client/hubs/${hub}`, iat, exp: iat + expiresInMinutes * 60 },
      ...(userId && { sub: userId }),
      ...(roles.length > 0 && { role: roles }),
      ...(groups.length > 0 && { "webpubsub.group": groups }),
    },
    accessKey,
  );
}
