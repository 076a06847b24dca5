/**
 * Plays one attack before enclaves in their own processes.
 * @module
 */
import { EnclaveError } from "@enclavenet/enclave-api";
import type { Attack } from "../../../packages/enclave/test/support/attacks/attack.ts";
import { type BundlePaths, Enclaves } from "./enclaves.ts";

/** How an enclave refused: its answer, or its end where it has no way to answer. */
export type Refusal =
  | { readonly status: string; readonly check: string | undefined }
  | { readonly exits: readonly (number | null)[] };

export interface Play {
  /** Undefined: the lie got through. */
  readonly refusal: Refusal | undefined;
  /** Whether the same step without the lie went well afterwards; undefined when it was not tried. */
  readonly honest: boolean | undefined;
}

function refusalOf(error: unknown, ends: () => void): Refusal | undefined {
  if (EnclaveError.is(error)) return { status: error.status, check: error.check };
  if ((error as { code?: unknown }).code !== "ENCLAVE_CHANNEL_CLOSED") throw error;
  ends();
  return undefined;
}

/** Plays the lie, and then the honest step when `control` says so. Throws what is no refusal. */
export async function play(attack: Attack, bundles: BundlePaths, control: boolean): Promise<Play> {
  const enclaves = new Enclaves(bundles);
  let refusal: Refusal | undefined;
  let ended = false;
  try {
    const { lie, honest } = attack.prepare(enclaves.create);
    try {
      lie();
    } catch (error) {
      refusal = refusalOf(error, () => {
        ended = true;
      });
    }
    if (control) honest();
  } finally {
    const exits = (await enclaves.stop()).map(({ code }) => code);
    if (ended) refusal = { exits: exits.filter((code) => code !== 0) };
  }
  return { refusal, honest: control ? true : undefined };
}
