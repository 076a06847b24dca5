/**
 * Whether collateral is of a platform and of this time: what a machine's own operator can know before its quotes are judged.
 * Whether it is genuine shows when a quote is verified with it.
 * @module
 */
import { LocalError } from "@enclavenet/common";
import { type Collateral, type CollateralJson, parseCollateral } from "../collateral/collateral.ts";
import { timeText } from "../encoding/time.ts";
import { AttestationError } from "../errors.ts";
import { windowsOf } from "../verify/collateral-rules.ts";
import type { Name } from "../x509/name.ts";
import type { PlatformKind } from "./service.ts";

const AUTHORITIES: ReadonlyMap<string | undefined, PlatformKind["ca"]> = new Map([
  ["Intel SGX PCK Processor CA", "processor"],
  ["Intel SGX PCK Platform CA", "platform"],
]);

/** The authority of this name, as the service calls it. */
export function authorityOf({ commonName }: Name): PlatformKind["ca"] | undefined {
  return AUTHORITIES.get(commonName);
}

/** A kind in one word, such as `sgx:00A067110000:platform`. */
export const kindText = ({ tee, fmspc, ca }: PlatformKind): string => `${tee}:${fmspc}:${ca}`;

function parsed(json: unknown, what: string): Collateral {
  try {
    return parseCollateral(json);
  } catch (error) {
    if (!(error instanceof AttestationError)) throw error;
    throw new LocalError("COLLATERAL_FILE", `${what} is no collateral: ${error.message}`, {
      fix: "name a file that `enclavenet fetch-collateral` wrote",
      cause: error,
    });
  }
}

/**
 * Collateral out of a file, if it is of this kind of platform and of this time. Throws LocalError `COLLATERAL_FILE`,
 * `COLLATERAL_PLATFORM` or `COLLATERAL_EXPIRED`; `what` names the file.
 */
export function fittingCollateral(text: string, kind: PlatformKind, now: number, what: string): CollateralJson {
  const collateral = parsed(text, what);
  const { tee, fmspc } = collateral.tcbInfo.content;
  const ca = authorityOf(collateral.pckCrl.issuer);
  const fix = `fetch it with \`enclavenet fetch-collateral --platform ${kindText(kind)} --out FILE\``;
  if (tee !== kind.tee || fmspc !== kind.fmspc || ca !== kind.ca) {
    const found = `${tee}:${fmspc}:${ca ?? "unknown"}`;
    throw new LocalError("COLLATERAL_PLATFORM", `${what} is of platforms ${found}, this one is ${kindText(kind)}`, {
      fix,
    });
  }
  const bad = windowsOf({ collateral }).find(({ from, to }) => now < from || to < now);
  if (bad !== undefined) {
    const when = `its ${bad.name} is of ${timeText(bad.from)} to ${timeText(bad.to)}`;
    throw new LocalError("COLLATERAL_EXPIRED", `${what} is not of this time: ${when}`, { fix });
  }
  return JSON.parse(text) as CollateralJson;
}
