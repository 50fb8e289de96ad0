import { expect, it } from "vitest";
import { credentialsOf } from "../src/credentials.ts";

const tokenOf = (...subprotocols: string[]) =>
  credentialsOf({ connectionId: "c", subprotocols }).token;

it.each([
  ["YQ", "a"],
  ["Pz8_", "???"],
  ["fn5-", "~~~"],
  ["Cg", "\n"],
  ["w6nwn6aK", "é🦊"],
])("reads the token of hubbub.token.%s", (base64url, token) => {
  expect(tokenOf("hubbub.v1", `hubbub.token.${base64url}`)).toBe(token);
});

it("takes what can't be read for a wrong token, and nothing for none", () => {
  expect(tokenOf("hubbub.token.%%%")).toBe("");
  expect(tokenOf("hubbub.token._w")).toBe("");
  expect(tokenOf("hubbub.v1")).toBeUndefined();
  expect(credentialsOf({ connectionId: "c" })).toMatchObject({ token: undefined, query: {} });
});

it("prefers the query's token, and hands on what else was brought", () => {
  const query = { token: "q", lang: "en" };
  const claims = { sub: "ada" };
  const origin = "https://a.example";
  const subprotocols = ["hubbub.token.YQ"];
  expect(credentialsOf({ connectionId: "c", query, claims, origin, subprotocols })).toEqual({
    token: "q",
    query,
    claims,
    origin,
  });
});
