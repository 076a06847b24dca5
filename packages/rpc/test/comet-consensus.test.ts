/** The state of consensus, evidence, and the height of proofs (spec 05 §8). */
import { toBase64 } from "@enclavenet/common";
import type { CommitSig } from "@enclavenet/consensus";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FakeBackend, fakeBackend } from "./support/fake-backend.ts";
import { ask, rpcServer } from "./support/servers.ts";

const VOTE: CommitSig = {
  blockIdFlag: 2,
  validatorAddress: new Uint8Array(20).fill(7),
  timestampNs: 1_700_000_000_000_000_001n,
  signature: new Uint8Array(64).fill(9),
};

let backend: FakeBackend;
let server: Awaited<ReturnType<typeof rpcServer>>;
beforeAll(async () => {
  const fake = fakeBackend();
  const commit = (height: bigint) => {
    const record = fake.engine.commit(height);
    if (record === undefined) return undefined;
    const blockId = { ...record.commit.blockId, hash: new Uint8Array(32).fill(5) };
    return { ...record, commit: { ...record.commit, height, blockId, signatures: [VOTE] } };
  };
  backend = { ...fake, engine: { ...fake.engine, commit } };
  server = await rpcServer(backend);
});
afterAll(() => server.close());

async function get(target: string, on = server) {
  const answered = await ask(on, { method: "GET", url: `/${target}` });
  return { status: answered.status, ...answered.json() };
}

const PROPOSER = "07".repeat(20);
const NOBODY = "BA{1:_} 0/10 = 0.00";

describe("consensus_state", () => {
  it("stands between two heights", async () => {
    expect((await get("consensus_state")).result).toEqual({
      round_state: {
        "height/round/step": "4/0/1",
        start_time: "1970-01-01T00:00:00.000000001Z",
        proposal_block_hash: "",
        locked_block_hash: "",
        valid_block_hash: "",
        height_vote_set: [
          {
            round: 0,
            prevotes: ["nil-Vote"],
            prevotes_bit_array: NOBODY,
            precommits: ["nil-Vote"],
            precommits_bit_array: NOBODY,
          },
        ],
        proposer: { address: PROPOSER, index: 0 },
      },
    });
  });
});

describe("dump_consensus_state", () => {
  it("shows the sets and the last commit in full", async () => {
    const { result } = await get("dump_consensus_state");
    const validator = {
      address: PROPOSER,
      pub_key: { type: "tendermint/PubKeyEd25519", value: toBase64(new Uint8Array(32).fill(8)) },
      voting_power: "10",
      proposer_priority: "-1",
    };
    const set = { validators: [validator], proposer: validator };
    expect(result).toMatchObject({
      peers: [],
      round_state: {
        ...{ height: "4", round: 0, step: 1, commit_round: -1, locked_round: -1, valid_round: -1 },
        ...{ validators: set, last_validators: set, proposal: null, proposal_block: null, locked_block_parts: null },
        last_commit: {
          votes: [
            `Vote{0:070707070707 3/00/SIGNED_MSG_TYPE_PRECOMMIT(Precommit) 050505050505 090909090909 000000000000 @ 2023-11-14T22:13:20.000000001Z}`,
          ],
          votes_bit_array: "BA{1:x} 10/10 = 1.00",
          peer_maj_23s: {},
        },
      },
    });
  });

  it("has neither before the first block", async () => {
    const { engine } = backend;
    const latest = { ...engine.status().latest, height: 0n, timeNs: undefined };
    const status = () => ({ ...engine.status(), latest });
    const fresh = await rpcServer({ ...backend, engine: { ...engine, status } });
    const { round_state } = (await get("dump_consensus_state", fresh)).result;
    expect([round_state.height, round_state.last_commit, round_state.start_time]).toEqual([
      "1",
      null,
      "0001-01-01T00:00:00Z",
    ]);
    expect(round_state.last_validators).toEqual({ validators: [], proposer: null });
    await fresh.close();
  });
});

describe("broadcast_evidence", () => {
  it.each([
    ["broadcast_evidence", "no evidence was provided"],
    ["broadcast_evidence?evidence={}", "failed to add evidence: this node takes none"],
  ])("%s is an error", async (target, data) => {
    expect((await get(target)).error).toEqual({ code: -32603, message: "Internal error", data });
  });
});

describe("a proof without a height", () => {
  const heightOf = async (search: string, on = server) => {
    await get(`abci_query?path=%22/store/acc/key%22&data=0x01&${search}`, on);
    return backend.queries.at(-1)?.height;
  };

  it("is of the last state that a header commits to", async () => {
    expect(await heightOf("prove=true")).toBe(2n);
    expect(await heightOf("prove=true&height=3")).toBe(3n);
    expect(await heightOf("prove=false")).toBe(0n);
  });

  it("is of the tip when a block must follow, for then its header comes", async () => {
    const { engine } = backend;
    const on = await rpcServer({ ...backend, engine: { ...engine, blockMeta: () => engine.blockMeta(2n) } });
    expect(await heightOf("prove=true", on)).toBe(3n);
    await on.close();
  });
});
