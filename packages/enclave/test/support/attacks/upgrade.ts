/**
 * Upgrades: hosts that want the keys handed to a program of theirs, or an enclave to take over keys that they know.
 * @module
 */
import { parseQuote, type SgxReport, upgradeRequestReportData } from "@enclavenet/attestation";
import { developmentAuthority, writeSgxQuote } from "@enclavenet/attestation/development";
import { toHex } from "@enclavenet/common";
import type { EcallRequest } from "@enclavenet/enclave-api";
import { cut } from "../../../../../tests/support/checks.ts";
import { CHAIN_ID, type User } from "../chain.ts";
import { beginWith, certificateOf, Joiner, networkQuote, POSITION } from "../registration.ts";
import {
  approve,
  approveMsg,
  handOver,
  importRequest,
  measurementOf,
  namedWorld,
  namingPolicy,
  successor,
  upgradeQuote,
} from "../upgrade.ts";
import { World } from "../world.ts";
import type { Attack, Steps } from "./attack.ts";
import { notTheAuthority } from "./authority.ts";
import type { Create } from "./registration.ts";

const notOfAnUpgrade = cut("upgrade-request-statement", "return { publicKey };");
const notAboutThisPackage = cut("upgrade-package-statement", "return undefined;");
const notApproved = cut("approved-program");
/** Behind it: an enclave of that program is none of this network's. */
const notNamed = cut("quote/measurement");

const AFTER = new Uint8Array(32).fill(0xc1);

/** A network that approved the program of an enclave which wants to take over; `scene` says what the hosts do with both. */
function upgrade(
  name: string,
  status: Attack["status"],
  check: Attack["check"],
  scene: (world: World, next: Joiner, create: Create) => Steps,
): Attack {
  return {
    name,
    status,
    check,
    prepare(create) {
      const world = namedWorld(create);
      world.instantiate(1);
      const next = successor(world, create);
      approve(world, measurementOf(next.enclave));
      return scene(world, next, create);
    },
  };
}

/** The host of the enclave that runs asks it with this certificate. */
function takeaway(
  name: string,
  status: Attack["status"],
  check: Attack["check"],
  certify: (world: World, next: Joiner, create: Create) => Uint8Array,
): Attack {
  return upgrade(name, status, check, (world, next, create) => {
    const [lie, honest] = [certify(world, next, create), certificateOf(world, upgradeQuote(next))];
    const ask = (certificate: Uint8Array) => () => world.enclave.call("exportKeychain", { certificate });
    return { lie: ask(lie), honest: ask(honest) };
  });
}

/** The host of the enclave that takes over changes one thing of what it hands in. */
function gift(
  name: string,
  status: Attack["status"],
  check: Attack["check"],
  change: (world: World, next: Joiner, create: Create) => Partial<EcallRequest<"importKeychain">>,
): Attack {
  return upgrade(name, status, check, (world, next, create) => {
    const request = importRequest(world, handOver(world, next));
    const lie = { ...request, ...change(world, next, create) };
    return {
      lie: () => next.enclave.call("importKeychain", lie),
      honest: () => next.enclave.call("importKeychain", request),
    };
  });
}

/** A quote in which everything is in order but the network that it is for. */
function foreignRequest(world: World, next: Joiner): Uint8Array {
  const { primitives } = world;
  const { reportData: _, ...report } = parseQuote(upgradeQuote(next)).body.report as SgxReport;
  const reportData = upgradeRequestReportData(primitives, { chainId: "other-1", publicKey: next.publicKey });
  const platform = developmentAuthority(primitives, CHAIN_ID).quotingPlatform("machine");
  return certificateOf(world, writeSgxQuote({ ...report, cpuSvn: new Uint8Array(16), reportData }, platform));
}

/** A whole network of the host's own, of a program that is not before anybody's: it knows these keys. */
function ownPackage(next: Joiner, create: Create): EcallRequest<"importKeychain"> {
  const own = new World((options) => create({ ...options, measurement: AFTER }), { policy: namingPolicy });
  own.instantiate(1);
  approve(own, measurementOf(next.enclave));
  return importRequest(own, handOver(own, next));
}

export const upgrades: readonly Attack[] = [
  takeaway(
    "a program that the network did not approve",
    "UpgradeRejected",
    [notApproved, notNamed],
    (world, _next, create) => certificateOf(world, upgradeQuote(successor(world, create, { measurement: AFTER }))),
  ),
  takeaway("the program itself, as if it were the next one", "UpgradeRejected", notApproved, (world, _next, create) =>
    certificateOf(world, upgradeQuote(new Joiner(world, create))),
  ),
  takeaway("evidence of a registration in place of an upgrade", "InvalidCert", notOfAnUpgrade, (world, next) =>
    certificateOf(world, next.quote()),
  ),
  takeaway("an enclave that wants to take over in another network", "InvalidCert", notOfAnUpgrade, (world, next) =>
    foreignRequest(world, next),
  ),
  upgrade(
    "a downgrade to a program that was replaced",
    "UpgradeRejected",
    cut("later-program", "return last(next) >= 0;"),
    (world, next, create) => {
      const after = successor(world, create, { measurement: AFTER });
      approve(world, measurementOf(after.enclave));
      after.enclave.call("importKeychain", importRequest(world, handOver(world, after)));
      world.enclave = after.enclave;
      const ask = () => handOver(world, next);
      const honest = () => {
        approve(world, measurementOf(next.enclave));
        ask();
      };
      return { lie: ask, honest };
    },
  ),
  gift(
    "keys of a program that does not stand in this one",
    "MrEnclaveMismatch",
    cut("predecessors", "const demand = demandFor(certificate, predecessors) ?? {};"),
    (_world, next, create) => ownPackage(next, create),
  ),
  gift(
    "a package of the host's under the evidence for another one",
    "InvalidCert",
    notAboutThisPackage,
    (_world, next, create) => ({ package: ownPackage(next, create).package }),
  ),
  gift("evidence about the network's keys in place of a hand-over", "InvalidCert", notAboutThisPackage, (world) => ({
    certificate: certificateOf(world, networkQuote(world)),
  })),
  upgrade(
    "a hand-over to another enclave, taken by this one",
    "InvalidCert",
    [notAboutThisPackage, cut("package-opens", "if (plaintext === undefined) return;")],
    (world, next, create) => {
      const other = importRequest(world, handOver(world, successor(world, create)));
      const own = importRequest(world, handOver(world, next));
      return {
        lie: () => next.enclave.call("importKeychain", other),
        honest: () => next.enclave.call("importKeychain", own),
      };
    },
  ),
  {
    name: "an approval by somebody else than the authority",
    status: "NotAuthority",
    check: notTheAuthority,
    prepare(create) {
      const world = namedWorld(create);
      const judging = (sender: User) => () => {
        beginWith(world, approveMsg(world, AFTER, { sender: sender.address }), sender);
        return world.enclave.call("approveUpgrade", POSITION);
      };
      return { lie: judging(world.bob), honest: judging(world.alice) };
    },
  },
  {
    name: "an approval where the birth leaves it to the chain who the authority is",
    status: "UpgradeRejected",
    check: cut("birth-authority"),
    prepare(create) {
      const nobody = (measurement: Uint8Array) => JSON.stringify({ measurements: [toHex(measurement)] });
      const [unsaid, named] = [new World(create, { policy: nobody }), namedWorld(create)];
      const ask = (world: World) => () => {
        beginWith(world, approveMsg(world, AFTER));
        return world.enclave.call("approveUpgrade", POSITION);
      };
      return { lie: ask(unsaid), honest: ask(named) };
    },
  },
  {
    name: "an approval where the program that judges is let in",
    status: "UpgradeRejected",
    check: cut("birth-programs"),
    prepare(create) {
      const [unnamed, named] = [new World(create), namedWorld(create)];
      const ask = (world: World) => () => {
        beginWith(world, approveMsg(world, AFTER));
        return world.enclave.call("approveUpgrade", POSITION);
      };
      return { lie: ask(unnamed), honest: ask(named) };
    },
  },
];
