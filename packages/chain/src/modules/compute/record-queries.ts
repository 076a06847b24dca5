/**
 * What nodes without an enclave ask nodes with one: records of what enclaves answered, and the analysis of a code (spec 04 §4.1,
 * 01 §3.9).
 *
 * COMPAT: upstream's nodes record only where their operator wants it (`SECRET_STORE_SGX_DATA`). Ours never do, and answer as a node
 * that does not: plaintext writes, results and random seeds of past blocks in the hands of the host are what its enclave is for
 * preventing, and a node without a vote has an enclave of its own here (docs/follow.md).
 * @module
 */
import { fromHex, LocalError } from "@enclavenet/common";
import { secretCompute as c } from "@enclavenet/proto";
import type { Context } from "../../baseapp/context.ts";
import { type QueryRoute, queryRoute } from "../../baseapp/query-route.ts";
import { StatusError } from "../../support/status-error.ts";
import type { CodeChecker } from "./code-checker.ts";
import type { CodeStorage } from "./code-storage.ts";
import { COMPUTE_QUERY_SERVICE as SERVICE } from "./query-service.ts";

/** What the analysis of a code needs. */
export interface RecordQueryTools {
  readonly codeChecker: CodeChecker;
  readonly codeStorage: CodeStorage;
}

/** Records of one answer. */
const MOST_RECORDS = 1000n;
const HASH_BYTES = 32;

function invalid(text: string): StatusError {
  return new StatusError("InvalidArgument", text);
}

/** SECURITY: a code's hash is the only name under which it is looked for, so its form is checked before anything is read. */
function demandHash(hash: Uint8Array, name: string): void {
  if (hash.length !== HASH_BYTES) throw invalid(`${name} must have ${HASH_BYTES} bytes, not ${hash.length}`);
}

/** Nothing is on record of a block that still runs; of earlier ones this node keeps nothing. */
function noRecord(ctx: Context, height: bigint, what: string): never {
  if (height < 1n) throw invalid(`height must be positive, not ${height}`);
  if (height >= ctx.block.height) {
    throw new StatusError("FailedPrecondition", `height ${height} is not below the current height ${ctx.block.height}`);
  }
  throw new StatusError("NotFound", `no ${what} for height ${height}: this node keeps no records of its enclave`);
}

/** The range is checked as if there were records in it. */
function records({ startHeight, endHeight }: c.QueryEcallRecordsRequest): { readonly records: [] } {
  if (startHeight < 1n) throw invalid(`start_height must be positive, not ${startHeight}`);
  if (endHeight < startHeight) throw invalid(`end_height ${endHeight} is below start_height ${startHeight}`);
  if (endHeight - startHeight >= MOST_RECORDS) throw invalid(`at most ${MOST_RECORDS} heights at once`);
  return { records: [] };
}

function demandCertificateHash(text: string): void {
  try {
    demandHash(fromHex(text), "cert_hash");
  } catch (error) {
    if (error instanceof LocalError) throw invalid("cert_hash is not hex");
    throw error;
  }
}

/** Asks the checker that admitted the code: its answer depends on the bytes alone. */
function analyze({ codeChecker, codeStorage }: RecordQueryTools, codeHash: Uint8Array) {
  demandHash(codeHash, "code_hash");
  const wasm = codeStorage.get(codeHash);
  if (wasm === undefined) throw new StatusError("NotFound", "no code of this hash");
  const { ibcEnabled, requiredFeatures } = codeChecker.check(wasm);
  return { hasIbcEntryPoints: ibcEnabled, requiredFeatures: requiredFeatures.join(",") };
}

/** Routes of these queries. */
export function recordQueries(tools: RecordQueryTools): readonly QueryRoute[] {
  return [
    queryRoute(SERVICE, "EcallRecord", c.QueryEcallRecordRequestSchema, c.QueryEcallRecordResponseSchema, (ctx, ask) =>
      noRecord(ctx, ask.height, "ecall record"),
    ),
    queryRoute(
      SERVICE,
      "EcallRecords",
      c.QueryEcallRecordsRequestSchema,
      c.QueryEcallRecordsResponseSchema,
      (_ctx, ask) => records(ask),
    ),
    queryRoute(
      SERVICE,
      "NetworkPubkey",
      c.QueryNetworkPubkeyRequestSchema,
      c.QueryNetworkPubkeyResponseSchema,
      (ctx, ask) => noRecord(ctx, ask.height, "network keys"),
    ),
    queryRoute(
      SERVICE,
      "EncryptedSeed",
      c.QueryEncryptedSeedRequestSchema,
      c.QueryEncryptedSeedResponseSchema,
      (ctx, { certHash, height }) => {
        demandCertificateHash(certHash);
        return noRecord(ctx, height, "encrypted seed");
      },
    ),
    queryRoute(SERVICE, "BlockTraces", c.QueryBlockTracesRequestSchema, c.QueryBlockTracesResponseSchema, (ctx, ask) =>
      noRecord(ctx, ask.height, "traces"),
    ),
    queryRoute(
      SERVICE,
      "MachineIDProof",
      c.QueryMachineIDProofRequestSchema,
      c.QueryMachineIDProofResponseSchema,
      (ctx, ask) => noRecord(ctx, ask.height, "machine id proof"),
    ),
    queryRoute(SERVICE, "AnalyzeCode", c.QueryAnalyzeCodeRequestSchema, c.QueryAnalyzeCodeResponseSchema, (_ctx, ask) =>
      analyze(tools, ask.codeHash),
    ),
    queryRoute(
      SERVICE,
      "BlockCreateResults",
      c.QueryBlockCreateResultsRequestSchema,
      c.QueryBlockCreateResultsResponseSchema,
      (ctx, ask) => noRecord(ctx, ask.height, "results of stored codes"),
    ),
  ];
}
