import { diskError, LocalError, naming } from "@enclavenet/common";
import { describe, expect, it } from "vitest";

function failure(code: string | number, cause?: unknown): Error {
  return Object.assign(new Error(`${code}`, { cause }), { code });
}

describe("diskError", () => {
  it.each([
    ["ENOSPC", "DISK_FULL"],
    [28, "DISK_FULL"],
    ["EDQUOT", "DISK_FULL"],
    ["EFBIG", "DISK_LIMIT"],
    ["EROFS", "DISK_READ_ONLY"],
    [30, "DISK_READ_ONLY"],
    ["EIO", "DISK_FAILED"],
    [5, "DISK_FAILED"],
  ])("knows %s as %s, and how to go on", (code, expected) => {
    const found = diskError(failure(code), "/home/state");
    expect(found).toMatchObject({ code: expected, message: expect.stringContaining("/home/state") });
    expect(found?.fix).toMatch(/^(free|raise|make)/);
  });

  it("finds it among the causes, and does not describe it twice", () => {
    const first = diskError(failure(28), "/a");
    const wrapped = new LocalError("STORE_COMMIT_FAILED", "x", { cause: new Error("y", { cause: first }) });
    expect(diskError(wrapped, "/b")).toBe(first);
    expect(diskError(new Error("x", { cause: failure("ENOSPC") }))).toMatchObject({ code: "DISK_FULL" });
  });

  it("is nothing for other failures, however deep", () => {
    expect(diskError(failure("ENOENT"))).toBeUndefined();
    expect(diskError("ENOSPC")).toBeUndefined();
    let endless: Error = new Error("x");
    for (let i = 0; i < 100; i++) endless = new Error("x", { cause: endless });
    endless.cause = endless;
    expect(diskError(endless)).toBeUndefined();
  });
});

describe("naming", () => {
  it("names the disk's failures only", () => {
    expect(naming("/a", () => 7)).toBe(7);
    const other = new Error("x");
    expect(() =>
      naming("/a", () => {
        throw other;
      }),
    ).toThrow(other);
    expect(() =>
      naming("/a", () => {
        throw failure("ENOSPC");
      }),
    ).toThrow(expect.objectContaining({ code: "DISK_FULL" }));
  });
});
