import { describe, expect, it } from "vitest";
import { FrameError } from "../src/errors.ts";
import {
  HubbubError,
  InvalidArgumentError,
  RejectedError,
  UnavailableError,
} from "../src/index.ts";

const cause = new Error("why");

describe("errors", () => {
  it.each([
    [() => new HubbubError("internal", "text", { cause }), "HubbubError", "internal"],
    [() => new InvalidArgumentError("text", { cause }), "InvalidArgumentError", "invalid_argument"],
    [() => new RejectedError("banned", "text", { cause }), "RejectedError", "rejected"],
    [() => new UnavailableError("text", { cause }), "UnavailableError", "unavailable"],
    [() => new FrameError("text", { code: "bad_room", cause }), "FrameError", "bad_room"],
  ])("have a code, and the name of their class (case %#)", (create, name, code) => {
    const error = create();
    expect(error).toBeInstanceOf(HubbubError);
    expect(error).toMatchObject({ name, code, cause, message: "text" });
  });

  it("that reject say their reason, also where there is no message", () => {
    expect(new RejectedError("banned")).toMatchObject({ reason: "banned", message: "banned" });
    expect(new RejectedError("banned", "not today")).toMatchObject({ reason: "banned" });
  });

  it("without a cause have none", () => {
    expect(new UnavailableError("text").cause).toBeUndefined();
    expect(new FrameError("text", { code: "internal" }).cause).toBeUndefined();
  });
});
