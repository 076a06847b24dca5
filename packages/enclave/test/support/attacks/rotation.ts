/**
 * Rotation of the seeds: hosts that want a seed which they know, or to keep nodes out of the next one.
 * @module
 */
import { decodeSeedRotation, encodeSeedRotation } from "@enclavenet/wire";
import type { Check } from "../../../../../tests/support/checks.ts";
import { cut } from "../../../../../tests/support/checks.ts";
import { beginWith, networkQuote, POSITION } from "../registration.ts";
import { type Rotation, registeredJoiner, rotate, rotateMsg } from "../rotation.ts";
import { World } from "../world.ts";
import type { Attack } from "./attack.ts";

const notAboutThisRotation: Check = cut("rotation-statement", "return undefined;");

/** The message that an honest enclave's answer and `change` make. */
function rotation(
  name: string,
  status: Attack["status"],
  check: Check,
  change: (world: World, made: Rotation, create: Parameters<Attack["prepare"]>[0]) => Partial<Rotation>,
): Attack {
  return {
    name,
    status,
    check,
    prepare(create) {
      const world = new World(create);
      const made = world.enclave.call("createRotation", {});
      const changes = change(world, made, create);
      const lie = () => {
        beginWith(world, rotateMsg(world, made, changes));
        return world.enclave.call("rotateSeed", POSITION);
      };
      // Made anew, because nodes may have been let in since.
      return { lie, honest: () => rotate(world) };
    },
  };
}

export const rotations: readonly Attack[] = [
  rotation("a share that the host replaced", "InvalidCert", notAboutThisRotation, (_world, made) => {
    const { shares, ...rest } = decodeSeedRotation(made.rotation);
    const replaced = shares.map(({ nodePublicKey }) => ({ nodePublicKey, encryptedSeed: new Uint8Array(48) }));
    return { rotation: encodeSeedRotation({ ...rest, shares: replaced }) };
  }),
  rotation(
    "evidence about the network's keys in place of a rotation",
    "InvalidCert",
    notAboutThisRotation,
    (world) => ({
      quote: networkQuote(world),
    }),
  ),
  rotation(
    "evidence about the keys before for those that joining nodes will ask for",
    "InvalidCert",
    cut("network-keys-statement", "return { machineId };"),
    (world) => ({ networkQuote: networkQuote(world) }),
  ),
  rotation(
    "a rotation that leaves a registered node out",
    "RotationRejected",
    cut("rotation-nodes"),
    (world, _made, create) => {
      registeredJoiner(world, create);
      return {};
    },
  ),
];
