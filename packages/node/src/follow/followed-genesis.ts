/**
 * The genesis document of a following node: that of its home, or that of the followed network if the enclave's keys belong to
 * it. An enclave without a seed goes no further than here.
 * @module
 */
import { downloadGenesis, type GenesisDocument, parseGenesis, type RpcTransport } from "@enclavenet/consensus";
import { demandSameNetwork } from "../assembly/enclave-network.ts";
import { demandSeed } from "../assembly/seed.ts";
import type { ExecutorThread } from "../executor/executor-client.ts";
import { readFileIfThere, writeFileDurably } from "../home/files.ts";
import type { NodeHome } from "../home/home.ts";

/** The document of the first source that answers. Throws the last source's error. */
async function fromSources(sources: readonly RpcTransport[]): Promise<Uint8Array> {
  let failure: unknown;
  for (const source of sources) {
    try {
      return await downloadGenesis(source, new AbortController().signal);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

/** Throws LocalError `ENCLAVE_NO_SEED`, `ENCLAVE_OTHER_NETWORK`, `GENESIS_INVALID`, `FOLLOW_…`. */
export async function followedGenesis(
  home: NodeHome,
  executor: ExecutorThread,
  sources: readonly RpcTransport[],
): Promise<GenesisDocument> {
  const { status } = await executor.api.enclaveStatus();
  demandSeed(status, home.directory);
  const stored = readFileIfThere(home.genesis);
  const genesis = parseGenesis(stored ?? (await fromSources(sources)));
  demandSameNetwork(genesis, status);
  if (stored === undefined) writeFileDurably(home.genesis, genesis.bytes);
  return genesis;
}
