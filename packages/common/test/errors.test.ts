import { describe, expect, it } from "vitest";
import { CodedError, LocalError, registerError } from "../src/index.ts";

describe("coded errors", () => {
  const ErrExample = registerError("example", 3, "it failed");

  it("print details outermost first and keep their identity", () => {
    const error = ErrExample.wrap("inner").wrap("outer");
    expect(error.message).toBe("outer: inner: it failed");
    expect(CodedError.is(error, ErrExample)).toBe(true);
    expect(CodedError.is(error, { ...ErrExample, code: 4 })).toBe(false);
    expect(CodedError.is(new Error("it failed"), ErrExample)).toBe(false);
  });

  it("refuse a pair that is taken", () => {
    expect(() => registerError("example", 3, "again")).toThrowError(
      expect.objectContaining({ code: "ERROR_CODE_TAKEN" }),
    );
  });

  it("local errors carry a code and the fix", () => {
    const error = new LocalError("HOME_LOCKED", "home is in use", { fix: "stop the other node" });
    expect(LocalError.is(error, "HOME_LOCKED")).toBe(true);
    expect(error.fix).toBe("stop the other node");
  });
});
