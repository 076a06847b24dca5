/**
 * What the registrations of a block do to the keychain: nodes come in, nodes are revoked, a seed is added, a program is approved.
 *
 * Every entry carries the height of its block. What a block may rely on is the state before it, so that executing it again after a
 * crash, when its own changes are sealed already, comes to the same outcome; making a change again changes nothing.
 * @module
 */
import { isSameProgram, type Program } from "@enclavenet/attestation";
import { compareBytes, equalBytes } from "@enclavenet/common";
import { EnclaveError } from "@enclavenet/enclave-api";
import { BOOTSTRAP_SEEDS, type Keychain, type Members } from "./keychain.ts";
import type { ApprovedProgram, KnownNode } from "./keychain-record.ts";

/** What one message of a block does when its transaction goes through. */
export type MemberChange =
  | { readonly kind: "admit"; readonly publicKey: Uint8Array }
  | { readonly kind: "revoke"; readonly publicKey: Uint8Array }
  /** `seed`: undefined when this node got none. */
  | { readonly kind: "rotate"; readonly index: number; readonly seed: Uint8Array | undefined }
  | { readonly kind: "approve"; readonly program: Program };

/**
 * Keys of the nodes that get a share of a seed which a block of this height adds, in their order: who was let in by an earlier block
 * and was not revoked by one. Throws `NotReady` when this enclave has not seen all registrations.
 */
export function shareholders({ nodes }: Keychain, height: bigint): readonly Uint8Array[] {
  if (nodes === undefined) throw new EnclaveError("NotReady", { check: "registrations of an earlier format" });
  return nodes
    .filter(({ registered, revoked }) => registered < height && (revoked === undefined || revoked >= height))
    .map(({ publicKey }) => publicKey)
    .sort(compareBytes);
}

/** Whether a block before this height revoked the node of this key. */
export function isRevoked({ nodes = [] }: Pick<Keychain, "nodes">, publicKey: Uint8Array, height: bigint): boolean {
  return nodes.some((node) => equalBytes(node.publicKey, publicKey) && (node.revoked ?? height) < height);
}

function changeNode(
  nodes: readonly KnownNode[],
  publicKey: Uint8Array,
  change: (node: KnownNode) => KnownNode,
): readonly KnownNode[] {
  return nodes.map((node) => (equalBytes(node.publicKey, publicKey) ? change(node) : node));
}

function admit(nodes: readonly KnownNode[], publicKey: Uint8Array, height: bigint): readonly KnownNode[] {
  if (nodes.some((node) => equalBytes(node.publicKey, publicKey))) return nodes;
  return [...nodes, { publicKey, registered: height, revoked: undefined }];
}

function rotate(members: Members, index: number, seed: Uint8Array | undefined, height: bigint): Members {
  if (seed === undefined) throw new EnclaveError("NoSeedShare");
  const known = members.seeds[index];
  // A node that joined later got this seed, and those behind it, with its registration.
  const later = known !== undefined && equalBytes(known, seed) ? members.seeds.slice(index + 1) : [];
  const rotations = [...members.rotations.slice(0, index - BOOTSTRAP_SEEDS), height + 1n];
  return { ...members, seeds: [...members.seeds.slice(0, index), seed, ...later], rotations };
}

/** A program may be approved again: it stands behind those that came between. */
function approve(programs: readonly ApprovedProgram[], program: Program, height: bigint): readonly ApprovedProgram[] {
  const isThere = programs.some((one) => one.approved === height && isSameProgram(one, program));
  return isThere ? programs : [...programs, { ...program, approved: height }];
}

/** The members after a change that the block of this height made. Throws `NoSeedShare`. */
export function changeMembers(members: Members, change: MemberChange, height: bigint): Members {
  const { nodes } = members;
  switch (change.kind) {
    case "admit":
      return { ...members, nodes: nodes && admit(nodes, change.publicKey, height) };
    case "revoke":
      return {
        ...members,
        nodes: nodes && changeNode(nodes, change.publicKey, (node) => ({ ...node, revoked: node.revoked ?? height })),
      };
    case "rotate":
      return rotate(members, change.index, change.seed, height);
    case "approve":
      return { ...members, programs: approve(members.programs, change.program, height) };
  }
}
