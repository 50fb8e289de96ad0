import { expect, it } from "vitest";
import { webFunctionCloseCode } from "../../src/web-function-close-code.ts";

it("closes as the platform counts no failure, but for faults and clients that must stay away", () => {
  const closed = [1000, 1001, 1008, 1011, 1013, 4400, 4401, 4429].map(webFunctionCloseCode);
  expect(closed).toEqual([1000, 1000, 1000, 1011, 1000, 4400, 1000, 4429]);
});
