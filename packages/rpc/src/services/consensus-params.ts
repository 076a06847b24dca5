/**
 * Consensus parameters: those of blocks as they are now, the others as genesis has them. In the JSON of CometBFT, and as
 * cosmos.consensus.v1.Query (spec 04 §4.2, §5.2).
 * @module
 */
import { bytesToUtf8, NANOS_PER_SECOND } from "@enclavenet/common";
import type { EngineReader, GenesisDocument } from "@enclavenet/consensus";
import { create, cosmosConsensus as service, tendermintTypes as tm } from "@enclavenet/proto";
import { type Handlers, handler } from "./handlers.ts";
import { GrpcCode, GrpcError } from "./status.ts";

type ConsensusParams = NonNullable<ReturnType<EngineReader["consensusParams"]>>;

/** CometBFT's defaults of what the engine does not use. */
const DEFAULTS = {
  evidence: { max_age_num_blocks: "100000", max_age_duration: "172800000000000", max_bytes: "1048576" },
  validator: { pub_key_types: ["ed25519"] },
  version: { app: "0" } as { readonly app?: string },
  abci: { vote_extensions_enable_height: "0" } as { readonly vote_extensions_enable_height?: string },
};

export function genesisJson({ bytes }: GenesisDocument): Readonly<Record<string, unknown>> {
  return JSON.parse(bytesToUtf8(bytes)) as Readonly<Record<string, unknown>>;
}

/** The parameters in the JSON of CometBFT: a duration is a number of nanoseconds. */
export function consensusParamsJson(genesis: GenesisDocument, { blockMaxBytes, blockMaxGas }: ConsensusParams) {
  const ofGenesis = genesisJson(genesis).consensus_params as Partial<typeof DEFAULTS> | undefined;
  const block = { max_bytes: blockMaxBytes.toString(), max_gas: blockMaxGas.toString() };
  return { ...DEFAULTS, ...ofGenesis, block };
}

function duration(nanoseconds: string) {
  const all = BigInt(nanoseconds);
  return { seconds: all / NANOS_PER_SECOND, nanos: Number(all % NANOS_PER_SECOND) };
}

function paramsMessage({ block, evidence, validator, version, abci }: ReturnType<typeof consensusParamsJson>) {
  return create(tm.ConsensusParamsSchema, {
    block: { maxBytes: BigInt(block.max_bytes), maxGas: BigInt(block.max_gas) },
    evidence: {
      maxAgeNumBlocks: BigInt(evidence.max_age_num_blocks),
      maxAgeDuration: duration(evidence.max_age_duration),
      maxBytes: BigInt(evidence.max_bytes),
    },
    validator: { pubKeyTypes: [...validator.pub_key_types] },
    version: { app: BigInt(version.app ?? 0) },
    abci: { voteExtensionsEnableHeight: BigInt(abci.vote_extensions_enable_height ?? 0) },
  });
}

/** What upstream's module has in its store; the parameters of this chain do not change, whatever height is asked for. */
export const consensusService: Handlers = {
  "/cosmos.consensus.v1.Query/Params": handler(service.QueryParamsRequestSchema, ({ engine }) => {
    const current = engine.consensusParams(engine.latestHeight() + 1n);
    if (current === undefined) throw new GrpcError(GrpcCode.unavailable, "the chain has no parameters yet");
    return create(service.QueryParamsResponseSchema, {
      params: paramsMessage(consensusParamsJson(engine.genesis, current)),
    });
  }),
};
