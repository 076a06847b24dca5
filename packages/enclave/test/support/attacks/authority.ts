/**
 * The network's authority: hosts that let others decide about nodes and seeds, or decide in the authority's name.
 * @module
 */
import { toHex } from "@enclavenet/common";
import type { EnclaveStatusName } from "@enclavenet/enclave-api";
import { encodeMsgRevokeNode, TypeUrl } from "@enclavenet/wire";
import { cut } from "../../../../../tests/support/checks.ts";
import { type AnyMessage, signTx, type TxOptions, type User } from "../chain.ts";
import { beginWith, NOBODY, POSITION } from "../registration.ts";
import { rotateMsg } from "../rotation.ts";
import { World } from "../world.ts";
import type { Attack, Steps } from "./attack.ts";

export const notTheAuthority = cut("authority-sender");
const notSigned = cut("authority-signature");

export function revokeMsg({ address: sender }: User, publicKey: Uint8Array): AnyMessage {
  return { typeUrl: TypeUrl.msgRevokeNode, value: encodeMsgRevokeNode({ sender, publicKey }) };
}

/** Judges the revocation that stands in a block of its own. */
function revoking(world: World, tx: Uint8Array): () => unknown {
  return () => {
    world.begin([tx]);
    return world.enclave.call("revokeNode", POSITION, world.host.handlers(world.alice.address));
  };
}

/** A revocation that is wrong in who sends or signs it, then the same by the authority. */
function revocation(
  name: string,
  status: EnclaveStatusName,
  check: Attack["check"],
  sent: (world: World) => { readonly sender: User; readonly by?: User; readonly options?: TxOptions },
): Attack {
  return {
    name,
    status,
    check,
    prepare(create): Steps {
      const world = new World(create);
      const { sender, by = sender, options = {} } = sent(world);
      const honest = signTx(world.alice, [revokeMsg(world.alice, NOBODY)]);
      const lie = signTx(by, [revokeMsg(sender, NOBODY)], options);
      return { lie: revoking(world, lie), honest: revoking(world, honest) };
    },
  };
}

export const authority: readonly Attack[] = [
  revocation("a revocation by somebody else than the authority", "NotAuthority", notTheAuthority, ({ bob }) => ({
    sender: bob,
  })),
  revocation(
    "a revocation in the authority's name, signed by somebody else",
    "FailedTxVerification",
    notSigned,
    ({ alice, bob }) => ({ sender: alice, by: bob }),
  ),
  revocation(
    "a revocation that the authority signed for another network",
    "FailedTxVerification",
    notSigned,
    ({ alice }) => ({ sender: alice, options: { chainId: "other-1" } }),
  ),
  {
    name: "a revocation of an earlier block, included again",
    status: "FailedTxVerification",
    check: [notSigned, cut("sequence-earlier-block")],
    prepare(create): Steps {
      const world = new World(create, { stateProofs: true });
      const { alice } = world;
      const [first, second] = [0n, 1n].map((sequence) => signTx(alice, [revokeMsg(alice, NOBODY)], { sequence }));
      revoking(world, first as Uint8Array)();
      world.host.sequences.set(toHex(alice.address), 1n);
      world.end();
      world.begin([first, second] as Uint8Array[]);
      const judging = (txIndex: number) => () =>
        world.enclave.call("revokeNode", { ...POSITION, txIndex }, world.host.handlers(alice.address));
      return { lie: judging(0), honest: judging(1) };
    },
  },
  {
    name: "a rotation by somebody else than the authority",
    status: "NotAuthority",
    check: notTheAuthority,
    prepare(create): Steps {
      const world = new World(create);
      const made = world.enclave.call("createRotation", {});
      const judging = (sender: User) => () => {
        beginWith(world, rotateMsg(world, made, { sender: sender.address }), sender);
        return world.enclave.call("rotateSeed", POSITION);
      };
      return { lie: judging(world.bob), honest: judging(world.alice) };
    },
  },
];
