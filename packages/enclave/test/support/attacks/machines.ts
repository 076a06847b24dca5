/**
 * The list of machines, and nodes that were revoked: hosts whose chain keeps a node out and that ask their own enclave all the same.
 * @module
 */
import { toHex } from "@enclavenet/common";
import { encodeListedMachine } from "@enclavenet/wire";
import { cut } from "../../../../../tests/support/checks.ts";
import { authenticateMsg, beginWith, certificateOf, Joiner, POSITION } from "../registration.ts";
import { admit, revoke } from "../rotation.ts";
import { World } from "../world.ts";
import type { Attack, Steps } from "./attack.ts";

const OWNER = new Uint8Array(32).fill(3);

/** A node of the validator {@link OWNER} on a machine of its own. */
interface Candidate {
  readonly certificate: Uint8Array;
  readonly machineId: Uint8Array;
}

function candidate(world: World, create: Parameters<Attack["prepare"]>[0]): Candidate {
  const certificate = certificateOf(world, new Joiner(world, create).quote(OWNER), { owner: OWNER });
  const { machineId } = registering(world, certificate)();
  return { certificate, machineId };
}

/** The registration in a block of its own, which is closed behind it. */
function registering(world: World, certificate: Uint8Array, replaced = "") {
  return () => {
    beginWith(world, authenticateMsg(world.alice.address, certificate, replaced));
    try {
      return world.enclave.call("authenticateNode", POSITION, world.host.handlers(world.alice.address));
    } finally {
      world.end();
    }
  };
}

/** Puts a machine on the host's list, or turns the list on; both are the state behind the next block. */
const listed = (world: World, machineId: Uint8Array, owner: Uint8Array = new Uint8Array(0)) =>
  world.host.registrations.set(`16${toHex(machineId)}`, encodeListedMachine({ machineId, owner }));
const restrict = (world: World) => world.host.registrations.set("17", Uint8Array.of(1));

function block(world: World): void {
  world.begin([]);
  world.end();
}

/** Two machines that were let in before there was a list, and what the list then says of them. */
function listing(
  name: string,
  check: Attack["check"],
  step: (world: World, first: Candidate, second: Candidate) => Steps,
): Attack {
  return {
    name,
    status: "NodeNotAllowed",
    check,
    prepare(create) {
      const world = new World(create, { stateProofs: true });
      block(world);
      const candidates = [candidate(world, create), candidate(world, create)] as const;
      restrict(world);
      return step(world, ...candidates);
    },
  };
}

const notListed = cut("machine-listed");

export const machines: readonly Attack[] = [
  listing("a machine that is not on the proven list", notListed, (world, first, second) => {
    listed(world, second.machineId);
    block(world);
    return { lie: registering(world, first.certificate), honest: registering(world, second.certificate) };
  }),
  listing("a machine whose listing came to nothing, as its transaction failed", notListed, (world, first) => {
    block(world);
    // The list of the state is as it was, whatever the host makes of the transaction that was to change it.
    return {
      lie: registering(world, first.certificate),
      honest: () => {
        listed(world, first.machineId);
        block(world);
        return registering(world, first.certificate)();
      },
    };
  }),
  listing("a machine in the place of one of another validator", cut("machine-owner"), (world, first, second) => {
    const replaced = toHex(second.machineId);
    const take = registering(world, first.certificate, replaced);
    listed(
      world,
      second.machineId,
      OWNER.map((byte) => byte + 1),
    );
    block(world);
    return {
      lie: take,
      honest: () => {
        listed(world, second.machineId, OWNER);
        block(world);
        return take();
      },
    };
  }),
  {
    name: "a registration in the first block, whose header proves no list",
    status: "NodeNotAllowed",
    check: cut("machines-first-block"),
    prepare(create) {
      const world = new World(create, { stateProofs: true });
      const register = registering(world, certificateOf(world, new Joiner(world, create).quote()));
      return { lie: register, honest: register };
    },
  },
  {
    name: "a node that was revoked",
    status: "NodeNotAllowed",
    check: cut("node-revoked"),
    prepare(create) {
      const world = new World(create);
      const [gone, stays] = [new Joiner(world, create), new Joiner(world, create)];
      for (const { enclave } of [gone, stays]) admit(world, enclave);
      revoke(world, gone.publicKey);
      const again = (node: Joiner) => registering(world, certificateOf(world, node.quote()));
      return { lie: again(gone), honest: again(stays) };
    },
  },
];
