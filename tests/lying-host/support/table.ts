/**
 * What a lying host tries, as data: each attack differs from an honest run in one thing, is refused with one status, and names
 * the check that refuses it.
 * @module
 */
import { administration } from "../../../packages/enclave/test/support/attacks/administration.ts";
import type { Attack } from "../../../packages/enclave/test/support/attacks/attack.ts";
import { authority } from "../../../packages/enclave/test/support/attacks/authority.ts";
import { blocks } from "../../../packages/enclave/test/support/attacks/blocks.ts";
import { callbacks } from "../../../packages/enclave/test/support/attacks/callbacks.ts";
import { developmentRoot } from "../../../packages/enclave/test/support/attacks/development-root.ts";
import { evidence } from "../../../packages/enclave/test/support/attacks/evidence.ts";
import { keys } from "../../../packages/enclave/test/support/attacks/keys.ts";
import { machines } from "../../../packages/enclave/test/support/attacks/machines.ts";
import { messages } from "../../../packages/enclave/test/support/attacks/messages.ts";
import { queries } from "../../../packages/enclave/test/support/attacks/queries.ts";
import { reInclusion } from "../../../packages/enclave/test/support/attacks/re-inclusion.ts";
import { records } from "../../../packages/enclave/test/support/attacks/records.ts";
import { registration } from "../../../packages/enclave/test/support/attacks/registration.ts";
import { replies } from "../../../packages/enclave/test/support/attacks/replies.ts";
import { rotations } from "../../../packages/enclave/test/support/attacks/rotation.ts";
import { stateProofs } from "../../../packages/enclave/test/support/attacks/state-proofs.ts";
import { upgrades } from "../../../packages/enclave/test/support/attacks/upgrade.ts";
import { pipe } from "./pipe.ts";

/** All attacks, by what is lied about. */
export const table = {
  blocks,
  messages,
  "re-inclusion": reInclusion,
  callbacks,
  replies,
  administration,
  queries,
  records,
  "state proofs": stateProofs,
  registration,
  evidence,
  rotation: rotations,
  upgrade: upgrades,
  authority,
  machines,
  "development root": developmentRoot,
  keys,
  pipe,
} as const satisfies Record<string, readonly Attack[]>;
