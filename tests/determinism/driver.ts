/**
 * One run of a chain through transactions that follow from a seed. Prints a line of JSON per block: app hash, results hash,
 * gas, a digest of all that the transactions and queries answered. Two runs with one seed must print the same lines, whatever
 * they run on.
 *
 * Its argument is a JSON object, {@link DriverOptions}. Started by `npm run determinism`.
 * @module
 */
import { writeSync } from "node:fs";
import { concatBytes, toHex } from "@enclavenet/common";
import { type ChainForm, DeterminismChain, primitives, resultDigest } from "./chain.ts";
import { loadCodes } from "./contracts.ts";
import { type PlannedTx, TransactionMaker } from "./transactions.ts";

export interface DriverOptions extends ChainForm {
  readonly transactions: number;
  /** Restarts the chain after every so many blocks; 0: never. */
  readonly restartEvery: number;
  /** Folder of the compiled contracts. */
  readonly artifacts: string;
}

const DIGEST_CHARACTERS = 16;
const STDOUT = 1;

function print(line: object): void {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  for (let at = 0; at < bytes.length; ) at += writeSync(STDOUT, bytes, at);
}

const short = (bytes: Uint8Array): string => toHex(bytes).slice(0, DIGEST_CHARACTERS);

function runBlock(chain: DeterminismChain, maker: TransactionMaker, planned: readonly PlannedTx[]): void {
  const { height, response, resultsHash } = chain.block(planned.map(({ bytes }) => bytes));
  const results = response.txResults;
  for (const [i, { settle }] of planned.entries()) settle?.(results[i] as (typeof results)[number]);
  // The opening blocks have no contract yet.
  const query = height > 2n ? maker.query() : new Uint8Array(0);
  print({
    height: Number(height),
    appHash: toHex(response.appHash),
    resultsHash: toHex(resultsHash),
    gas: Number(results.reduce((sum, { gasUsed }) => sum + gasUsed, 0n)),
    query: short(primitives.sha256(query)),
    txs: results.map((result, i) => [
      (planned[i] as PlannedTx).kind,
      result.codespace === "" ? result.code : `${result.codespace} ${result.code}`,
      Number(result.gasUsed),
      short(primitives.sha256(concatBytes(resultDigest(result), (planned[i] as PlannedTx).bytes))),
    ]),
  });
}

function run(options: DriverOptions): void {
  const chain = new DeterminismChain(options);
  const maker = new TransactionMaker(options.seed, chain, loadCodes(options.artifacts));
  let done = 0;
  for (const planned of maker.opening()) {
    runBlock(chain, maker, planned);
    done += planned.length;
  }
  for (let blocks = 1; done < options.transactions; blocks++) {
    if (options.restartEvery > 0 && blocks % options.restartEvery === 0) chain.restart();
    const planned = maker.block(options.transactions - done);
    runBlock(chain, maker, planned);
    done += planned.length;
  }
  chain.close();
}

run(JSON.parse(process.argv[2] as string) as DriverOptions);
