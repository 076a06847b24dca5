/**
 * Rotations of the network of a world: nodes that are let in, the message, and what its block does.
 * @module
 */
import type { EcallResponse, Enclave } from "@enclavenet/enclave-api";
import { EvidencePurpose } from "@enclavenet/enclave-api";
import { encodeMsgRevokeNode, encodeMsgRotateSeed, TypeUrl } from "@enclavenet/wire";
import type { createEnclave } from "../../src/index.ts";
import type { AnyMessage } from "./chain.ts";
import { authenticateMsg, beginWith, certificateOf, Joiner, NOBODY, POSITION } from "./registration.ts";
import type { World } from "./world.ts";

export type Rotation = EcallResponse<"createRotation">;

const POSITIONS = { positions: [POSITION] };

function registrationQuote(enclave: Enclave): Uint8Array {
  return enclave.call("evidence", { purpose: EvidencePurpose.registration, owner: NOBODY, nonce: NOBODY }).quote;
}

/** Lets the node of this enclave in, in a block of its own. */
export function admit(world: World, enclave: Enclave): EcallResponse<"authenticateNode"> {
  beginWith(world, authenticateMsg(world.alice.address, certificateOf(world, registrationQuote(enclave))));
  const answer = world.enclave.call("authenticateNode", POSITION);
  world.enclave.call("settleRegistrations", POSITIONS);
  world.end();
  return answer;
}

/** Another node, let in and with the seeds. */
export function registeredJoiner(world: World, create: typeof createEnclave): Joiner {
  const joiner = new Joiner(world, create);
  admit(world, joiner.enclave);
  return joiner;
}

export function revoke(world: World, publicKey: Uint8Array): void {
  const value = encodeMsgRevokeNode({ sender: world.alice.address, publicKey });
  beginWith(world, { typeUrl: TypeUrl.msgRevokeNode, value });
  world.enclave.call("revokeNode", POSITION);
  world.enclave.call("settleRegistrations", POSITIONS);
  world.end();
}

export function rotateMsg(
  world: World,
  made: Rotation,
  changes: Partial<Rotation & { sender: Uint8Array }> = {},
): AnyMessage {
  const { rotation, quote, networkQuote, sender } = { sender: world.alice.address, ...made, ...changes };
  return {
    typeUrl: TypeUrl.msgRotateSeed,
    value: encodeMsgRotateSeed({
      sender,
      rotation,
      certificate: certificateOf(world, quote),
      networkCertificate: certificateOf(world, networkQuote),
    }),
  };
}

/** Opens a block with the rotation and lets the enclave judge it. */
export function beginRotation(world: World, made: Rotation): EcallResponse<"rotateSeed"> {
  beginWith(world, rotateMsg(world, made));
  return world.enclave.call("rotateSeed", POSITION);
}

/** The rest of that block. */
export function endRotation(world: World): void {
  world.enclave.call("settleRegistrations", POSITIONS);
  world.end();
}

/** The network goes over to a seed that its own node draws. */
export function rotate(world: World): EcallResponse<"rotateSeed"> {
  const keys = beginRotation(world, world.enclave.call("createRotation", {}));
  endRotation(world);
  return keys;
}
