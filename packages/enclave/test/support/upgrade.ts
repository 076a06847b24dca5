/**
 * Upgrades of the enclave of a world: the approval, the enclave that takes over, and what is handed over.
 * @module
 */
import { toHex } from "@enclavenet/common";
import {
  type EcallRequest,
  type EcallResponse,
  type Enclave,
  EvidencePurpose,
  PROTOCOL_VERSION,
} from "@enclavenet/enclave-api";
import { encodeMsgApproveUpgrade, type MsgApproveUpgrade, TypeUrl } from "@enclavenet/wire";
import type { createEnclave } from "../../src/index.ts";
import { type AnyMessage, type TestChain, testPolicy } from "./chain.ts";
import { beginWith, certificateOf, Joiner, NOBODY, type NodeOptions, POSITION } from "./registration.ts";
import { World } from "./world.ts";

type Create = typeof createEnclave;

/** Of the program after the world's. */
export const NEXT = new Uint8Array(32).fill(0xb1);

/** A policy that names the program which begins the network, as networks have it that can be upgraded. */
export function namingPolicy(measurement: Uint8Array, chain: TestChain): string {
  return JSON.stringify({ ...JSON.parse(testPolicy(chain)), measurements: [toHex(measurement)] });
}

export function namedWorld(create: Create): World {
  return new World(create, { policy: namingPolicy });
}

export function measurementOf(enclave: Enclave): Uint8Array {
  return enclave.call("hello", { protocolVersion: PROTOCOL_VERSION }).measurement;
}

export function approveMsg(
  world: World,
  measurement: Uint8Array,
  changes: Partial<MsgApproveUpgrade> = {},
): AnyMessage {
  const value = encodeMsgApproveUpgrade({ sender: world.alice.address, measurement, rtmrs: [], ...changes });
  return { typeUrl: TypeUrl.msgApproveUpgrade, value };
}

/** Opens a block with the approval and lets the enclave read it. */
export function beginApproval(world: World, measurement: Uint8Array): EcallResponse<"approveUpgrade"> {
  beginWith(world, approveMsg(world, measurement));
  return world.enclave.call("approveUpgrade", POSITION);
}

/** The network approves a program, in a block of its own. */
export function approve(world: World, measurement: Uint8Array): void {
  beginApproval(world, measurement);
  world.enclave.call("settleRegistrations", { positions: [POSITION] });
  world.end();
}

/** An enclave of the next program, which names the world's as the one before it. */
export function successor(world: World, create: Create, options: NodeOptions = {}): Joiner {
  return new Joiner(world, create, { measurement: NEXT, predecessors: [world.measurement], ...options });
}

/** What an enclave says when it wants to take over. */
export function upgradeQuote({ enclave }: Pick<Joiner, "enclave">): Uint8Array {
  return enclave.call("evidence", { purpose: EvidencePurpose.upgrade, owner: NOBODY, nonce: NOBODY }).quote;
}

/** What the world's enclave gives to that one. */
export function handOver(world: World, next: Joiner): EcallResponse<"exportKeychain"> {
  return world.enclave.call("exportKeychain", { certificate: certificateOf(world, upgradeQuote(next)) });
}

/** How it is taken. */
export function importRequest(
  world: World,
  { package: sealed, quote }: EcallResponse<"exportKeychain">,
): EcallRequest<"importKeychain"> {
  return { certificate: certificateOf(world, quote), package: sealed, time: 1_700_000_000n };
}
