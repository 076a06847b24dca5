/**
 * The chain as an independent light client sees it: every block of the real command over RPC, hashed and verified again
 * (spec 04 §5.6, 05 §3), and values of the state proven against headers (04 §7.4).
 * @module
 */
import { iavlSpec, ics23, tendermintSpec, verifyMembership } from "@confio/ics23";
import { bytesToUtf8, fromBase64, fromHex, toHex, utf8ToBytes } from "@enclavenet/common";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import {
  commitHash,
  consensusHash,
  dataHash,
  headerHash,
  type ProofOp,
  partSetHeader,
  resultsHash,
  type SignedHeader,
  validatorAddress,
  verifyAdjacentHeader,
  verifySignedHeader,
  verifyStoreMembership,
  verifyStoreNonMembership,
  verifyTxInclusion,
} from "@enclavenet/light-client";
import {
  AnySchema,
  type cosmosAuth,
  decode,
  decodeAny,
  encode,
  fromGogoJson,
  tendermintTypes,
} from "@enclavenet/proto";
import { decodeBech32, type Header } from "@enclavenet/wire";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blockIdOf, CometClient, commitOf, headerOf, validatorSetOf } from "../support/comet.ts";
import { clientOf, deploy, execute, FAST, type Localnet, MNEMONICS, startLocalnet } from "../support/localnet.ts";
import { type AnyJson, RestClient } from "../support/rest.ts";

const primitives = createNodePrimitives();
const NOTHING = primitives.sha256(new Uint8Array(0));

/** What one height says of itself. */
interface Height {
  readonly block: AnyJson;
  readonly header: Header;
  readonly signed: SignedHeader;
  readonly results: AnyJson;
}

let net: Localnet;
let comet: CometClient;
let chain: readonly Height[];

async function fetchHeight(height: number): Promise<Height> {
  const params = { height: String(height) };
  const [block, commit, validators, results] = await Promise.all(
    ["block", "commit", "validators", "block_results"].map((method) => comet.call(method, params)),
  );
  const { header, commit: signatures } = commit.signed_header;
  const signed = { header: headerOf(header), commit: commitOf(signatures), validators: validatorSetOf(validators) };
  return { block, header: headerOf(block.block.header), signed, results };
}

beforeAll(async () => {
  net = await startLocalnet();
  comet = new CometClient(net.ready.rpc);
  const a = clientOf(net.ready, MNEMONICS.a);
  const b = clientOf(net.ready, MNEMONICS.b);
  const counter = await deploy(a, "counter", { count: 1 });
  await Promise.all([execute(a, counter, { increment: {} }), execute(b, counter, { add: { n: 2 } })]);
  await execute(a, counter, { fail: { text: "no" } });
  // The commit of the last block that is looked at stands in the next one.
  const transfer = { from_address: a.address, to_address: b.address, amount: [{ denom: "uscrt", amount: "1" }] };
  await a.tx.bank.send(transfer, { gasLimit: 25_000, ...FAST });
  const { sync_info } = await comet.call("status");
  const tip = Number(sync_info.latest_block_height);
  chain = await Promise.all(Array.from({ length: tip }, (_, index) => fetchHeight(index + 1)));
});

afterAll(async () => {
  await net?.stop();
});

/** Each height with the one before it. */
function steps(): readonly (readonly [Height, Height])[] {
  return chain.slice(1).map((height, index) => [chain[index]!, height]);
}

describe("every block", () => {
  it("is one of a chain with transactions of every kind", () => {
    const codes = chain.flatMap(({ results }) => (results.txs_results ?? []).map((one: AnyJson) => one.code));
    expect(codes).toHaveLength(6);
    expect(new Set(codes)).toEqual(new Set([0, 3]));
  });

  it("hashes to its block id", () => {
    for (const { block, header, signed } of chain) {
      expect(toHex(headerHash(primitives, header))).toBe(block.block_id.hash.toLowerCase());
      expect(headerHash(primitives, signed.header)).toEqual(headerHash(primitives, header));
    }
  });

  it("commits to its transactions, and proves each", async () => {
    for (const { block, header } of chain) {
      const txs: Uint8Array[] = block.block.data.txs.map(fromBase64);
      expect(dataHash(primitives, txs)).toEqual(header.dataHash);
      for (const tx of txs) {
        const hash = Buffer.from(primitives.sha256(tx)).toString("base64");
        const { proof, index } = await comet.call("tx", { hash, prove: true });
        expect(fromHex(proof.root_hash)).toEqual(header.dataHash);
        expect(fromBase64(proof.data)).toEqual(tx);
        const { total, leaf_hash, aunts } = proof.proof;
        const merkle = { total: Number(total), index, leafHash: fromBase64(leaf_hash), aunts: aunts.map(fromBase64) };
        expect(verifyTxInclusion(primitives, header.dataHash, tx, merkle)).toBe(true);
        expect(verifyTxInclusion(primitives, header.dataHash, Uint8Array.of(1), merkle)).toBe(false);
      }
    }
  });

  it("is signed by its validators, who follow from the genesis document", async () => {
    const { genesis } = await comet.call("genesis");
    const [first] = chain;
    const [validator] = first!.signed.validators.validators;
    expect(genesis.validators.map((one: AnyJson) => one.pub_key.value)).toEqual([
      Buffer.from(validator!.publicKey).toString("base64"),
    ]);
    for (const { signed } of chain) {
      verifySignedHeader(primitives, net.ready.chain_id, signed);
      expect(validatorAddress(primitives, validator!.publicKey)).toEqual(signed.header.proposerAddress);
    }
  });

  it("is refused with another signature, header or validator", () => {
    const { signed } = chain.at(-1)!;
    const [entry] = signed.commit.signatures;
    const broken = entry!.signature.slice();
    broken[0]! ^= 1;
    const forgeries: SignedHeader[] = [
      { ...signed, commit: { ...signed.commit, signatures: [{ ...entry!, signature: broken }] } },
      { ...signed, commit: { ...signed.commit, signatures: [{ ...entry!, timestampNs: entry!.timestampNs! + 1n }] } },
      { ...signed, header: { ...signed.header, appHash: NOTHING } },
      { ...signed, validators: { validators: [{ ...signed.validators.validators[0]!, votingPower: 1n }] } },
    ];
    for (const forgery of forgeries) {
      expect(() => verifySignedHeader(primitives, net.ready.chain_id, forgery)).toThrow();
    }
  });

  it("follows on the one before", () => {
    for (const [before, { signed, header, block }] of steps()) {
      verifyAdjacentHeader(primitives, net.ready.chain_id, before.header, signed);
      expect(header.lastBlockId).toEqual(blockIdOf(before.block.block_id));
      const lastCommit = commitOf(block.block.last_commit);
      expect(commitHash(primitives, lastCommit)).toEqual(header.lastCommitHash);
      // The canonical commit over RPC is the very one in the next block.
      expect(lastCommit).toEqual(before.signed.commit);
      // With one validator the block's time is that of the vote before it.
      expect(header.timeNs).toBe(lastCommit.signatures[0]!.timestampNs);
    }
  });

  it("commits to the results and the state before it", () => {
    expect(chain[0]!.header.appHash).toEqual(NOTHING);
    expect(chain[0]!.header.lastResultsHash).toEqual(NOTHING);
    for (const [{ results }, { header }] of steps()) {
      const deterministic = (results.txs_results ?? []).map((one: AnyJson) => ({
        code: one.code,
        data: fromBase64(one.data ?? ""),
        gasWanted: BigInt(one.gas_wanted),
        gasUsed: BigInt(one.gas_used),
      }));
      expect(resultsHash(primitives, deterministic)).toEqual(header.lastResultsHash);
      expect(fromBase64(results.app_hash)).toEqual(header.appHash);
    }
  });

  it("commits to the parameters, and to no evidence", async () => {
    const { max_bytes, max_gas } = (await comet.call("consensus_params")).consensus_params.block;
    const params = { blockMaxBytes: BigInt(max_bytes), blockMaxGas: BigInt(max_gas) };
    for (const { header } of chain) {
      expect(consensusHash(primitives, params)).toEqual(header.consensusHash);
      expect(header.evidenceHash).toEqual(NOTHING);
    }
  });

  it("over REST is the block that the parts were cut from", async () => {
    const rest = new RestClient(net.ready.rest);
    const addresses = { toText: () => "", fromText: () => new Uint8Array(0) };
    for (const { block, header } of chain) {
      const json = await rest.get(`/cosmos/base/tendermint/v1beta1/blocks/${header.height}`);
      const bytes = encode(
        tendermintTypes.BlockSchema,
        fromGogoJson(tendermintTypes.BlockSchema, json.block, { addresses }),
      );
      expect(partSetHeader(primitives, bytes)).toEqual(blockIdOf(block.block_id).partSetHeader);
    }
  });
});

describe("a value of the state", () => {
  const ACCOUNT_A = decodeBech32("secret1ap26qrlp8mcq2pg6r47w43l0y8zkqm8a450s03").data;
  const accountKey = (address: Uint8Array) => Uint8Array.of(1, ...address);
  const opsOf = (response: AnyJson): ProofOp[] =>
    response.proofOps.ops.map(({ type, key, data }: AnyJson) => ({
      type,
      key: fromBase64(key),
      data: fromBase64(data),
    }));

  /** Value and proof at a height, and the app hash of the header after it. */
  async function proven(store: string, key: Uint8Array, height: number) {
    const params = { path: `/store/${store}/key`, data: toHex(key), height: String(height), prove: true };
    const { response } = await comet.call("abci_query", params);
    expect([response.code, response.height]).toEqual([0, String(height)]);
    expect(fromBase64(response.key)).toEqual(key);
    const value = response.value === null ? undefined : fromBase64(response.value);
    return { value, ops: opsOf(response), appHash: chain[height]!.header.appHash };
  }

  it("is proven to be there, at every height", async () => {
    const sequences = new Set<bigint>();
    for (let height = 2; height < chain.length; height++) {
      const { value, ops, appHash } = await proven("acc", accountKey(ACCOUNT_A), height);
      verifyStoreMembership(primitives, appHash, "acc", accountKey(ACCOUNT_A), value!, ops);
      const account = decodeAny(decode(AnySchema, value!)).message as cosmosAuth.BaseAccount;
      sequences.add(account.sequence);
    }
    // Whether the first transaction is in block 2 or 3 is a matter of time.
    const [first = 0n] = sequences;
    expect(first).toBeLessThanOrEqual(1n);
    expect([...sequences]).toEqual(Array.from({ length: sequences.size }, (_, i) => first + BigInt(i)));
    expect(sequences.size).toBeGreaterThan(3);
  });

  it("is proven to be absent", async () => {
    const stranger = accountKey(new Uint8Array(20).fill(0x77));
    const { value, ops, appHash } = await proven("acc", stranger, 3);
    expect(value).toBeUndefined();
    verifyStoreNonMembership(primitives, appHash, "acc", stranger, ops);
  });

  it("is refused with another value, key, store or height", async () => {
    const key = accountKey(ACCOUNT_A);
    // A block that changed something, so that its state is not that of the block before.
    const height = chain.findIndex(
      ({ header }, i) => i > 2 && toHex(header.appHash) !== toHex(chain[i - 1]!.header.appHash),
    );
    const { value, ops, appHash } = await proven("acc", key, height);
    const other = Uint8Array.of(...value!, 0);
    expect(() => verifyStoreMembership(primitives, appHash, "acc", key, other, ops)).toThrow();
    expect(() => verifyStoreMembership(primitives, appHash, "acc", Uint8Array.of(1), value!, ops)).toThrow();
    expect(() => verifyStoreMembership(primitives, appHash, "bank", key, value!, ops)).toThrow();
    expect(() =>
      verifyStoreMembership(primitives, chain[height - 1]!.header.appHash, "acc", key, value!, ops),
    ).toThrow();
    expect(() => verifyStoreNonMembership(primitives, appHash, "acc", key, ops)).toThrow();
  });

  it("is proven to a verifier of other people, too", async () => {
    const key = accountKey(ACCOUNT_A);
    const { value, ops, appHash } = await proven("acc", key, 3);
    const [inStore, ofStore] = ops.map(({ data }) => ics23.CommitmentProof.decode(data));
    const root = ofStore!.exist!.value!;
    expect(verifyMembership(inStore!, iavlSpec, root, key, value!)).toBe(true);
    expect(verifyMembership(ofStore!, tendermintSpec, appHash, utf8ToBytes("acc"), root)).toBe(true);
    expect(verifyMembership(inStore!, iavlSpec, root, key, Uint8Array.of(1))).toBe(false);
  });

  it("has no proof at height 1, nor in a store that does not exist", async () => {
    const at = async (path: string, height: string) =>
      (await comet.call("abci_query", { path, data: "01", height, prove: true })).response;
    expect(await at("/store/acc/key", "1")).toMatchObject({ code: 18, codespace: "sdk", proofOps: null });
    expect(await at("/store/nope/key", "3")).toMatchObject({ code: 6, codespace: "sdk", proofOps: null });
    expect(bytesToUtf8(fromBase64((await at("/app/version", "3")).value))).toMatch(/^\d+\.\d+\.\d+/);
  });
});
