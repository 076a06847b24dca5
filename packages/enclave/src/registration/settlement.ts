/**
 * The end of a block's registrations: what went through is sealed, before the block is closed.
 * @module
 */
import { type EcallRequest, EnclaveError } from "@enclavenet/enclave-api";
import type { OpenBlock } from "../block-verifier/open-block.ts";
import type { KeychainStore } from "../keychain/keychain.ts";
import { changeMembers } from "../keychain/members.ts";

/** Throws `PositionRejected` for a position without a registration, `NoSeedShare` when the network goes on without this node. */
export function settleRegistrations(
  keychain: KeychainStore,
  { positions }: EcallRequest<"settleRegistrations">,
  block: OpenBlock,
): void {
  const { height } = block.facts;
  const changes = block.memberChanges.take(positions);
  if (changes.filter(({ kind }) => kind === "rotate").length > 1) {
    throw new EnclaveError("BadRequest", { check: "two rotations in one block" });
  }
  const { seeds, rotations, nodes, programs } = keychain.seeded();
  const start = { seeds, rotations, nodes, programs };
  keychain.replaceMembers(changes.reduce((members, change) => changeMembers(members, change, height), start));
}
