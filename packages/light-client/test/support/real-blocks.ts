/** Blocks of real networks: one written out from spec 05 §3.13, one read from the shared data. */
import { readFileSync } from "node:fs";
import { fromHex } from "@enclavenet/common";
import type { SignedHeader } from "@enclavenet/light-client";
import type { Header } from "@enclavenet/wire";
import { commitOf, headerOf, nanoseconds, validatorSetOf } from "../../../../tests/support/comet.ts";
import { sharedFile } from "../../../../tests/support/shared.ts";

const NOTHING = fromHex("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855");

/** Height 10 of the chain `ibc-0`. */
export const ibcHeader: Header = {
  version: { block: 11n, app: 0n },
  chainId: "ibc-0",
  height: 10n,
  timeNs: nanoseconds("2021-12-17T20:27:47.875954829Z"),
  lastBlockId: {
    hash: fromHex("CD0A81D2658C56FD65587E4502E4BC89955002B5B89F986C7D63A5AF184FBC92"),
    partSetHeader: { total: 1, hash: fromHex("6E41BBA804019240A672F9AC6625BAA6D40B3887D6F6BE3E64CF54D93F021B76") },
  },
  lastCommitHash: fromHex("3A9BEC015F1A923C17EF81007945F552AD4E35DDA445AFA91296564DCB748357"),
  dataHash: NOTHING,
  validatorsHash: fromHex("0A6CA9001DB07E985DF9043045B392588DF7C1C720E30EBAEFDC8A848C551D6A"),
  nextValidatorsHash: fromHex("0A6CA9001DB07E985DF9043045B392588DF7C1C720E30EBAEFDC8A848C551D6A"),
  consensusHash: fromHex("048091BC7DDC283F77BFBF91D73C44DA58C3DF8A9CBC867405D8B7F3DAADA22F"),
  appHash: fromHex("A7139E6F28A9506629C60E3FDFD1A325E99177A4A3C8FA131732B6170C113C8E"),
  lastResultsHash: NOTHING,
  evidenceHash: NOTHING,
  proposerAddress: fromHex("BB22AD764B674CC08753B24175E2FC61B22B1419"),
  encryptedRandom: undefined,
};

/** Height 12 of a chain with four validators, or undefined when the shared data are not there. */
export function fourValidatorBlock(): SignedHeader | undefined {
  const commitPath = sharedFile("data", "cometbft", "commit-12.json");
  const validatorsPath = sharedFile("data", "cometbft", "validators-12.json");
  if (commitPath === undefined || validatorsPath === undefined) return undefined;
  const { header, commit } = JSON.parse(readFileSync(commitPath, "utf8")).signed_header;
  const validators = JSON.parse(readFileSync(validatorsPath, "utf8"));
  return { header: headerOf(header), commit: commitOf(commit), validators: validatorSetOf(validators) };
}
