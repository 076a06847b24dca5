import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatRfc3339, parseRfc3339, tryParseRfc3339 } from "../src/index.ts";

describe("RFC 3339 times", () => {
  it("reads and prints nanoseconds with trailing zeros trimmed", () => {
    expect(parseRfc3339("2023-11-14T22:13:20Z")).toBe(1_700_000_000_000_000_000n);
    expect(parseRfc3339("2021-12-17T20:27:47.875954829Z")).toBe(1_639_772_867_875_954_829n);
    expect(parseRfc3339("2023-11-15T00:13:20.5+02:00")).toBe(1_700_000_000_500_000_000n);
    expect(formatRfc3339(1_700_000_000_500_000_000n)).toBe("2023-11-14T22:13:20.5Z");
    expect(formatRfc3339(-1n)).toBe("1969-12-31T23:59:59.999999999Z");
    expect(formatRfc3339(parseRfc3339("0001-01-01T00:00:00Z"))).toBe("0001-01-01T00:00:00Z");
  });

  it.each([
    "",
    "2023-02-29T00:00:00Z",
    "2023-11-14 22:13:20Z",
    "2023-11-14T24:00:00Z",
    "2023-11-14T22:13:20.1234567891Z",
  ])("refuses %j", (text) => {
    expect(tryParseRfc3339(text)).toBeUndefined();
  });

  it("round-trips", () => {
    fc.assert(
      fc.property(fc.bigInt(-62_135_596_800_000_000_000n, 253_402_300_799_999_999_999n), (time) => {
        expect(parseRfc3339(formatRfc3339(time))).toBe(time);
      }),
    );
  });
});
