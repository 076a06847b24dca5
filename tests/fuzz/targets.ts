/** Everything that the long run throws input at: all decoders, and the live targets. */
import { decoders as attestation } from "../../packages/attestation/test/support/decoders.ts";
import { decoders as chain } from "../../packages/chain/test/support/decoders.ts";
import { decoders as common } from "../../packages/common/test/support/decoders.ts";
import { decoders as consensus } from "../../packages/consensus/test/support/decoders.ts";
import { decoders as crypto } from "../../packages/crypto/test/support/decoders.ts";
import { decoders as enclave } from "../../packages/enclave/test/support/decoders.ts";
import { decoders as enclaveApi } from "../../packages/enclave-api/test/support/decoders.ts";
import { decoders as lightClient } from "../../packages/light-client/test/support/decoders.ts";
import { decoders as node } from "../../packages/node/test/support/decoders.ts";
import { decoders as proto } from "../../packages/proto/test/support/decoders.ts";
import { decoders as rpc } from "../../packages/rpc/test/support/decoders.ts";
import { decoders as store } from "../../packages/store/test/support/decoders.ts";
import { contractDecoders, decoders as wasmEngine } from "../../packages/wasm-engine/test/support/decoders.ts";
import { decoders as wire } from "../../packages/wire/test/support/decoders.ts";
import type { Decoder } from "../support/decoder.ts";

/** By room, as the page docs/testing.md lists them. */
export const decoders: readonly Decoder[] = [
  ...[common, wire, proto, crypto, attestation, lightClient, enclaveApi, wasmEngine, contractDecoders, enclave].flat(),
  ...[store, chain, consensus, rpc, node].flat(),
];
