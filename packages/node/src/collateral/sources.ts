/**
 * The sources of collateral: the authority of a development network, a file, a service with a cache in the home.
 * @module
 */
import { fetchCollateral, fittingCollateral, kindText, platformKind } from "@enclavenet/attestation/client";
import { developmentAuthority } from "@enclavenet/attestation/development";
import { LocalError } from "@enclavenet/common";
import type { Primitives } from "@enclavenet/crypto";
import { TeeName } from "@enclavenet/enclave-api";
import type { NodeHome } from "../home/home.ts";
import { collateralFolder } from "./collateral-folder.ts";
import type { CollateralChoice, CollateralSource } from "./collateral-source.ts";
import { nowSeconds, serviceHttp } from "./service-client.ts";

/** Software enclaves quote in the name of their network's authority, which everybody can reckon. */
function developmentSource(primitives: Primitives): CollateralSource {
  return { collateralFor: async ({ chainId }) => developmentAuthority(primitives, chainId).collateral() };
}

function fileSource({ file, text }: Extract<CollateralChoice, { file: string }>): CollateralSource {
  return { collateralFor: async ({ quote }) => fittingCollateral(text, platformKind(quote), nowSeconds(), file) };
}

/** Asked once a month: what it serves is kept in the home until its first part ends. */
function serviceSource(
  { service, headers }: Extract<CollateralChoice, { service: string }>,
  folder: string,
): CollateralSource {
  return {
    async collateralFor({ quote }) {
      const kind = platformKind(quote);
      const options = { service: { url: service, apiVersion: 4 }, http: serviceHttp(headers) } as const;
      try {
        return (await fetchCollateral(kind, { ...options, cache: collateralFolder(folder) })).collateral;
      } catch (cause) {
        if (!LocalError.is(cause, "COLLATERAL_SERVICE")) throw cause;
        throw new LocalError("COLLATERAL_SERVICE", cause.message, {
          fix: `on a machine that reaches one: \`enclavenet fetch-collateral --platform ${kindText(kind)} --out FILE\`; then give the file with --collateral`,
          cause,
        });
      }
    },
  };
}

/** What a source is for. */
export interface SourceParts {
  /** What the enclave says that it runs on. */
  readonly tee: string;
  readonly home: NodeHome;
  readonly primitives: Primitives;
}

/** The source of an enclave's collateral; undefined for hardware whose user chose none. */
export function collateralSource(
  choice: CollateralChoice | undefined,
  { tee, home, primitives }: SourceParts,
): CollateralSource | undefined {
  if (tee === TeeName.software || tee === TeeName.none) return developmentSource(primitives);
  if (choice === undefined) return undefined;
  return "file" in choice ? fileSource(choice) : serviceSource(choice, home.collateral);
}
