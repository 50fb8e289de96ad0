/** The origins that a token's audience may name: this server by any name that it was asked under. */
export function originsOf(host: string | undefined, endpoint: string): string[] {
  const hosts = [new URL(endpoint).host, ...(host === undefined ? [] : [host.toLowerCase()])];
  // A proxy in front may serve https.
  return hosts.flatMap((one) => [`http://${one}`, `https://${one}`]);
}

/** Decodes a URL as far as it can be decoded, so that its spellings meet. */
export function decodeUrl(url: string): string {
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}
