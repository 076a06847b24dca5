/**
 * Bench of verified execution: microseconds to verify and open an empty block signed by 1, 4 and 100 validators, who stay or are
 * all replaced with every block, and to prove and to verify one cold read of state, present or absent.
 *
 * Cost model: one Ed25519 verification for each signature and two hashes of validator sets; a proof hashes its way from leaf
 * to root, and an absence is two of them. Sealing goes to memory here: on a disk each block costs a flush beside.
 *
 * Run: `node packages/enclave/bench/verified.mjs [rounds]`, with `--json` for the figures as one line of JSON.
 * @module
 */
import { median, round } from "../../../bench/lib/statistics.mjs";
import { loadSources } from "../../../scripts/lib/load-sources.mjs";

const sources = await loadSources(`
  export { be64, concatBytes } from "./packages/common/src/index.ts";
  export { createNodePrimitives } from "./packages/crypto/src/node/index.ts";
  export { inProcessEnclave } from "./packages/enclave-host/src/index.ts";
  export { createEnclave } from "./packages/enclave/src/index.ts";
  export { stateRecords } from "./packages/enclave/src/state-proofs/chain-records.ts";
  export { ProvenRecords } from "./packages/enclave/src/state-proofs/proven-records.ts";
  export { bindEnclave, signers, TestChain } from "./packages/enclave/test/support/chain.ts";
  export { memoryStorage } from "./packages/enclave/test/support/memory-storage.ts";
  export { ProvenRecordStore } from "./packages/enclave/test/support/proven-records.ts";
`);
const { be64, createNodePrimitives, ProvenRecords, ProvenRecordStore, signers, stateRecords, TestChain } = sources;

const args = process.argv.slice(2);
const rounds = Number(args.find((arg) => /^\d+$/.test(arg)) ?? 60);
const WARM_UP = 30;
/** Records of the state in which reads are proven. */
const RECORDS = 20_000;
/** Reads under one header. */
const READS = 50;

const primitives = createNodePrimitives();

function enclaveOf(chain) {
  const enclave = sources.inProcessEnclave(
    sources.createEnclave({
      primitives,
      storage: sources.memoryStorage(),
      networkClass: "development",
      measurement: new Uint8Array(32),
    }),
  );
  sources.bindEnclave(enclave, chain);
  return enclave;
}

/** Median microseconds of `beginBlock`. */
function blocks(validators, setChanges) {
  const chain = new TestChain(primitives, validators);
  const enclave = enclaveOf(chain);
  const sets = [0, 1].map((n) => signers(primitives, validators, `set ${n}`));
  const times = [];
  for (let i = 0; i < rounds + WARM_UP; i++) {
    const block = chain.build([], setChanges ? { next: sets[i % 2] } : {});
    const started = performance.now();
    enclave.call("beginBlock", block.request);
    times.push((performance.now() - started) * 1000);
    chain.adopt(block);
    enclave.call("endBlock", { height: chain.height });
  }
  return { validators, setChanges, medianUs: round(median(times.slice(WARM_UP))) };
}

/** Median microseconds to make a proof and to verify it, of records of which `even` ones are there. */
function reads(store, isThere) {
  const recordOf = stateRecords(new Uint8Array(20).fill(0xc0));
  const header = { height: store.store.lastCommit.version + 1n, appHash: store.appHash };
  const making = [];
  const verifying = [];
  let n = 0;
  for (let i = 0; i < rounds / 4 + 1; i++) {
    const proven = new ProvenRecords(primitives, header);
    for (let j = 0; j < READS; j++) {
      n = (n + 7919) % RECORDS;
      const { key } = recordOf(be64(BigInt(2 * n + (isThere ? 0 : 1))));
      let made = 0;
      const host = {
        proveState(request) {
          const started = performance.now();
          const answer = store.prove(request);
          made = performance.now() - started;
          return answer;
        },
      };
      const started = performance.now();
      const found = proven.before(host, { id: `${i} ${n}`, key }, []);
      const took = performance.now() - started;
      if ((found !== undefined) !== isThere) throw new Error("the proof says something else");
      making.push(made * 1000);
      verifying.push((took - made) * 1000);
    }
  }
  const drop = READS;
  return { proveUs: round(median(making.slice(drop))), verifyUs: round(median(verifying.slice(drop))) };
}

function filledStore() {
  const store = new ProvenRecordStore();
  const records = new Map();
  const bytes = (n) => Buffer.from(be64(BigInt(2 * n))).toString("hex");
  for (let n = 0; n < RECORDS; n++) records.set(bytes(n), new Uint8Array(100).fill(n % 256));
  const none = { notes: new Map(), sequences: new Map(), registrations: new Map() };
  store.commit({ state: new Map([["c0".repeat(20), records]]), ...none });
  return store;
}

const blockVerification = [1, 4, 100].flatMap((count) => [false, true].map((changes) => blocks(count, changes)));
const store = filledStore();
const stateProof = { records: RECORDS, present: reads(store, true), absent: reads(store, false) };
const figures = { blockVerification, stateProof };
process.stdout.write(
  args.includes("--json") ? `${JSON.stringify(figures)}\n` : `${JSON.stringify(figures, undefined, 2)}\n`,
);
