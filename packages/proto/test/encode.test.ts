/** Binary encoding as Go writes it. */
import { toHex } from "@enclavenet/common";
import { cosmosBase, create, decode, encode, tendermintTypes } from "@enclavenet/proto";
import { describe, expect, it } from "vitest";

describe("encode", () => {
  it("keeps messages that Go holds by value (spec 05 §3.2 leaf 4, §3.4)", () => {
    const id = create(tendermintTypes.BlockIDSchema);
    expect(toHex(encode(tendermintTypes.BlockIDSchema, id))).toBe("1200");
    const block = create(tendermintTypes.BlockSchema, { lastCommit: {} });
    expect(toHex(encode(tendermintTypes.BlockSchema, block)).endsWith("12001a0022041a021200")).toBe(true);
    expect(block.header).toBeUndefined();
  });

  it("writes an absent validator's signature as CometBFT does (spec 05 §3.4)", () => {
    const absent = create(tendermintTypes.CommitSigSchema, {
      blockIdFlag: tendermintTypes.BlockIDFlag.BLOCK_ID_FLAG_ABSENT,
    });
    expect(toHex(encode(tendermintTypes.CommitSigSchema, absent))).toBe("08011a0b088092b8c398feffffff01");
  });

  it("writes an unset amount as zero and leaves a set one alone", () => {
    expect(toHex(encode(cosmosBase.CoinSchema, create(cosmosBase.CoinSchema)))).toBe("120130");
    const coin = create(cosmosBase.CoinSchema, { denom: "uscrt", amount: "7" });
    expect(decode(cosmosBase.CoinSchema, encode(cosmosBase.CoinSchema, coin))).toEqual(coin);
  });
});
