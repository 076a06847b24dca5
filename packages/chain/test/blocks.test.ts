import { LocalError, toHex } from "@enclavenet/common";
import { cosmosBank, decode, tendermintTypes } from "@enclavenet/proto";
import { describe, expect, it } from "vitest";
import { message, primitives, testAccount } from "./support/accounts.ts";
import { balanceOf, FUNDS, START_NS, TestNetwork, VALIDATOR } from "./support/network.ts";

const [a, b] = [testAccount(1), testAccount(2)];
const send = (amount = "1", from = a) =>
  message(cosmosBank.MsgSendSchema, {
    fromAddress: from.text,
    toAddress: b.text,
    amount: [{ denom: "uscrt", amount }],
  });

/** The same five blocks every time, good and bad transactions in them. */
function script(network: TestNetwork): string[] {
  const hashes = [toHex(network.block().appHash)];
  hashes.push(toHex(network.block([network.tx(a, [send()]), Uint8Array.of(1, 2, 3)]).appHash));
  hashes.push(toHex(network.block([network.tx(b, [send("5", b)]), network.tx(a, [send("0")])]).appHash));
  hashes.push(toHex(network.block([network.tx(a, [send("9")], { gas: 11_000n })]).appHash));
  hashes.push(toHex(network.block().appHash));
  return hashes;
}

describe("blocks", () => {
  it("give the same app hashes on two stores", () => {
    const first = script(new TestNetwork());
    expect(script(new TestNetwork())).toEqual(first);
    expect(new Set(first.slice(0, 4)).size).toBe(4);
    expect(first[4]).toBe(first[3]);
  });

  it("give the same app hashes when the node restarts after every block", () => {
    const network = new TestNetwork();
    const expected = script(new TestNetwork());
    const block = network.block.bind(network);
    network.block = (txs) => {
      const response = block(txs);
      network.restart();
      return response;
    };
    expect(script(network)).toEqual(expected);
  });

  it("execute a height again after a crash before commit, with the same result", () => {
    const network = new TestNetwork();
    network.block();
    const tx = network.tx(a, [send()]);
    const first = network.finalize([tx]);
    network.restart();
    expect(network.app.info().lastBlockHeight).toBe(1n);
    expect(network.block([tx])).toEqual(first);
    expect(balanceOf(network, b.text)).toBe(FUNDS + 1n);
  });

  it("refuse a height that is not the next one, a second block before commit, and a commit without a block", () => {
    const network = new TestNetwork();
    expect(() => network.app.commit()).toThrow(LocalError);
    network.height = 4n;
    expect(() => network.finalize()).toThrow(LocalError);
    network.height = 0n;
    network.finalize();
    expect(() => network.finalize()).toThrow(LocalError);
    network.app.commit();
  });

  it("open and close the enclave's block around the transactions", () => {
    const network = new TestNetwork();
    const tx = network.tx(a, [send()]);
    network.block([tx]);
    expect(network.enclave.calls.map(({ name }) => name)).toEqual(["bindNetwork", "beginBlock", "endBlock"]);
    expect(network.enclave.callsOf("beginBlock")).toEqual([
      { header: Uint8Array.of(1), commit: Uint8Array.of(2), nextValidatorSet: Uint8Array.of(3), transactions: [tx] },
    ]);
    expect(network.enclave.callsOf("endBlock")).toEqual([{ height: 1n }]);
  });

  it("bind the enclave to chain, genesis and first validators", () => {
    const [bound] = new TestNetwork().enclave.callsOf("bindNetwork");
    expect(bound).toMatchObject({ chainId: "secretdev-1", genesisHash: new Uint8Array(32).fill(5), initialHeight: 1n });
    const set = decode(tendermintTypes.ValidatorSetSchema, bound?.validatorSet as Uint8Array);
    expect(set).toMatchObject({ totalVotingPower: 10n });
    expect(set.validators).toMatchObject([
      {
        address: primitives.sha256(VALIDATOR.publicKey).slice(0, 20),
        votingPower: 10n,
        pubKey: { sum: { case: "ed25519", value: VALIDATOR.publicKey } },
      },
    ]);
  });

  it("give undecodable bytes a slot, the bare text and no gas", () => {
    const { txResults } = new TestNetwork().block([Uint8Array.of(1, 2, 3)]);
    expect(txResults).toEqual([
      {
        code: 2,
        codespace: "sdk",
        log: "tx parse error",
        data: new Uint8Array(0),
        info: "",
        gasWanted: 0n,
        gasUsed: 0n,
        events: [],
      },
    ]);
  });

  it("stop executing when the block's gas is used up", () => {
    const network = new TestNetwork({ blockMaxGas: 30_000n });
    const txs = Array.from({ length: 4 }, () => network.tx(a, [send()], { gas: 25_000n }));
    const { txResults } = network.block(txs);
    expect(txResults.map(({ code }) => code)).toEqual([0, 0, 11, 11]);
    expect(txResults[2]?.log).toMatch(
      /^out of gas in location: block gas meter; gasWanted: 25000, gasUsed: \d+: out of gas$/,
    );
    expect(txResults[3]).toMatchObject({ log: "no block gas left to run tx: out of gas", gasWanted: 0n, gasUsed: 0n });
    // The third paid its fee and advanced its sequence, the fourth did neither.
    expect(network.account(a.text).sequence).toBe(3n);
    expect(balanceOf(network, b.text)).toBe(FUNDS + 2n);
  });

  it("run out of gas inside a message with the ante handler's events and the fee kept", () => {
    const network = new TestNetwork();
    const result = network.deliver(a, [send()], { gas: 12_500n });
    expect(result).toMatchObject({ code: 11, codespace: "sdk", gasWanted: 12_500n });
    expect(result.log).toMatch(/^out of gas in location: \w+; gasWanted: 12500, gasUsed: \d+: out of gas$/);
    expect(result.events).toHaveLength(7);
    expect(balanceOf(network, a.text)).toBe(FUNDS - 1250n);
  });
});

describe("proposals", () => {
  const network = new TestNetwork({ blockMaxGas: 300_000n });
  const [small, large, next] = [100_000n, 250_000n, 200_000n].map((gas) => network.tx(a, [send()], { gas })) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const prepare = (txs: Uint8Array[], maxTxBytes = 22_020_096n) =>
    network.app.prepareProposal({ height: 1n, timeNs: START_NS, maxTxBytes, txs });

  it("take transactions in order, skipping those that do not fit", () => {
    expect(prepare([small, large, next])).toEqual([small, next]);
    expect(prepare([small, next], BigInt(small.length) + 3n)).toEqual([small]);
    expect(prepare([small, next], BigInt(small.length))).toEqual([]);
  });

  it("leave out what is no transaction", () => {
    expect(prepare([Uint8Array.of(1), small])).toEqual([small]);
  });

  it("are accepted", () => {
    expect(network.app.processProposal({ height: 1n, timeNs: START_NS, hash: new Uint8Array(32), txs: [] })).toBe(true);
  });
});
