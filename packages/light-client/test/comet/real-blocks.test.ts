/** Blocks that real networks made (spec 05 §3.13). */
import { toUpperHex } from "@enclavenet/common";
import { headerHash, validatorSetHash, verifyCommit, verifySignedHeader } from "@enclavenet/light-client";
import {
  decodeCommit,
  decodeHeader,
  decodeValidatorSet,
  encodeCommit,
  encodeHeader,
  encodeValidatorSet,
} from "@enclavenet/wire";
import { describe, expect, test } from "vitest";
import { primitives } from "../support/primitives.ts";
import { fourValidatorBlock, ibcHeader } from "../support/real-blocks.ts";
import { refusalOf } from "../support/refusal.ts";

test("the header of ibc-0 at height 10", () => {
  expect(toUpperHex(headerHash(primitives, ibcHeader))).toBe(
    "EB917FF229E0987637F20EDB8114CAC3F967D843C5CC480969D64D7A368F077F",
  );
});

describe("a block of four validators", () => {
  const block = fourValidatorBlock();
  const absent = "the shared CometBFT data are not there";

  test("has the hashes that the network printed", (ctx) => {
    if (block === undefined) return ctx.skip(absent);
    expect(toUpperHex(validatorSetHash(primitives, block.validators))).toBe(
      "3340D40CE35BC4A025795BBE753A1A1E0026D0904326DD20438ED0BE7A73EE94",
    );
    expect(toUpperHex(verifySignedHeader(primitives, "chain-ORcSeX", block))).toBe(
      "93232036CF95FF1890654092D560742F9305DD85F4FD80B3DFA71A1FF3A9B6D6",
    );
  });

  test("verifies also after a passage through the codec", (ctx) => {
    if (block === undefined) return ctx.skip(absent);
    const passed = {
      header: decodeHeader(encodeHeader(block.header)),
      commit: decodeCommit(encodeCommit(block.commit)),
      validators: decodeValidatorSet(encodeValidatorSet(block.validators)),
    };
    expect(passed).toEqual(block);
    expect(refusalOf(() => verifySignedHeader(primitives, "chain-ORcSeX", passed))).toBe("accepted");
  });

  test("each of its four signatures counts", (ctx) => {
    if (block === undefined) return ctx.skip(absent);
    const { validators, commit } = block;
    for (const [index] of commit.signatures.entries()) {
      const signatures = commit.signatures.map((entry, i) => {
        return i === index ? { ...entry, timestampNs: (entry.timestampNs as bigint) + 1n } : entry;
      });
      expect(refusalOf(() => verifyCommit(primitives, "chain-ORcSeX", validators, { ...commit, signatures }))).toBe(
        "COMMIT_SIGNATURE",
      );
    }
  });
});
