/** Where the key pair of the loopback servers is: a fixture of the tests of `@hubbub/aws`. */
export function loopbackFile(part: "key" | "certificate"): URL {
  return new URL(`../../../aws/test/fixtures/loopback-${part}.pem`, import.meta.url);
}
