/**
 * What a lying host tries, as data: each attack differs from an honest run in one thing, is refused with one status, and
 * names the check that refuses it. The same table runs against the real enclave and against builds in which exactly that
 * check is cut out: there the attack must get through, or the check was not what stopped it.
 * @module
 */

import { administration } from "./attacks/administration.ts";
import type { Attack } from "./attacks/attack.ts";
import { blocks } from "./attacks/blocks.ts";
import { callbacks } from "./attacks/callbacks.ts";
import { developmentRoot } from "./attacks/development-root.ts";
import { keys } from "./attacks/keys.ts";
import { messages } from "./attacks/messages.ts";
import { queries } from "./attacks/queries.ts";
import { records } from "./attacks/records.ts";
import { registration } from "./attacks/registration.ts";
import { replies } from "./attacks/replies.ts";
import { rotations } from "./attacks/rotation.ts";
import { stateProofs } from "./attacks/state-proofs.ts";

export const attacks: readonly Attack[] = [
  ...blocks,
  ...messages,
  ...records,
  ...stateProofs,
  ...callbacks,
  ...replies,
  ...queries,
  ...keys,
  ...administration,
  ...registration,
  ...rotations,
  ...developmentRoot,
];
