/**
 * `enclavenet init` of a node that joins a network: the genesis document, whose evidence the node's own enclave has judged. There is
 * no seed yet; `enclavenet register` earns it.
 *
 * Spec: 01 §3.1.
 * @module
 */
import { existsSync } from "node:fs";
import { equalBytes } from "@enclavenet/common";
import { type GenesisDocument, parseGenesis } from "@enclavenet/consensus";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { KeychainState } from "@enclavenet/enclave-api";
import { type SessionOptions, withEnclave } from "../assembly/enclave-session.ts";
import { takeHome } from "../assembly/open-home.ts";
import { loadValidatorKey, readFileIfThere, writeFileDurably } from "../home/files.ts";
import { networkExists } from "./found-network.ts";
import { demandGoodNetwork, networkOfGenesis } from "./network-of-genesis.ts";

export interface JoinOptions extends SessionOptions {
  readonly home: string;
  /** The document as it came. */
  readonly genesis: Uint8Array;
}

/**
 * Makes the home of a node that joins the network. Repeating it with the same document does nothing. Throws LocalError
 * `GENESIS_INVALID`, `CHAIN_GENESIS`, `NETWORK_REFUSED`, `NETWORK_EXISTS`, and what opening a home and its enclave throws.
 */
export async function joinNetwork({ home: directory, genesis, ...options }: JoinOptions): Promise<GenesisDocument> {
  const primitives = createNodePrimitives();
  const document = parseGenesis(genesis);
  const network = networkOfGenesis(primitives, document);
  const { home, release } = takeHome(directory);
  try {
    const stored = readFileIfThere(home.genesis);
    if (stored !== undefined && !equalBytes(stored, genesis)) throw networkExists(directory);
    await withEnclave(options, home, (session) => {
      const { keychain } = session.enclave.call("status", {});
      // Keys without their document: they may be those of any network.
      if (keychain !== KeychainState.empty && stored === undefined) throw networkExists(directory);
      demandGoodNetwork(primitives, session, network);
    });
    loadValidatorKey(primitives, home.validatorKey);
    if (!existsSync(home.genesis)) writeFileDurably(home.genesis, document.bytes);
    return document;
  } finally {
    release();
  }
}
