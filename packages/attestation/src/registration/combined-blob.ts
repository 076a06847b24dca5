/**
 * The certificate of a registration: quote and collateral in one piece.
 *
 * Spec: 01 §4.3. Two layouts: three lengths and three parts, or tags. Upstream's two parsers disagree on tags that come twice and
 * fall back from one layout to the other; here both are refused, so that everybody reads the same quote.
 * @module
 */
import { concatBytes, le32, utf8ToBytes } from "@enclavenet/common";
import { type CollateralJson, splitAnswer } from "../collateral/collateral.ts";
import { LittleEndianReader } from "../encoding/little-endian.ts";
import { textOf } from "../encoding/text.ts";
import { refuse } from "../errors.ts";

/** What a certificate holds. */
export interface CombinedEvidence {
  readonly quote: Uint8Array;
  readonly collateral: CollateralJson;
  /** Validator that the node belongs to, 32 bytes; zeros when the certificate names none. */
  readonly owner: Uint8Array;
}

const TAG = { quote: 2, collateral: 3, owner: 0x10 } as const;
/** Quote, collateral and lists are some 20 kB. */
const MAX_BYTES = 262_144;
const OWNER_BYTES = 32;
const NUL = "\0";

/** Texts of the collateral in the order of its lengths. */
const FIELDS = [
  "pck_crl_issuer_chain",
  "root_ca_crl",
  "pck_crl",
  "tcb_info_issuer_chain",
  "tcb_info",
  "qe_identity_issuer_chain",
  "qe_identity",
] as const;

function readCollateral(bytes: Uint8Array): CollateralJson {
  const reader = new LittleEndianReader(bytes);
  reader.u32();
  const lengths = FIELDS.map(() => reader.u32());
  const texts = lengths.map((length, index) => {
    const text = textOf(reader.take(length), "COLLATERAL_FORMAT", FIELDS[index] as string);
    return text.endsWith(NUL) ? text.slice(0, -1) : text;
  });
  reader.end("the collateral");
  return Object.fromEntries(FIELDS.map((name, index) => [name, texts[index]])) as unknown as CollateralJson;
}

/** The layout has no room for signatures beside the documents: they are written inside, as the service answers. */
function wholeAnswers(collateral: CollateralJson): CollateralJson {
  const whole = (text: string, member: string, signature: string | undefined): string =>
    signature === undefined || splitAnswer(text, member) !== undefined
      ? text
      : `{"${member}":${text},"signature":"${signature}"}`;
  return {
    ...collateral,
    tcb_info: whole(collateral.tcb_info, "tcbInfo", collateral.tcb_info_signature),
    qe_identity: whole(collateral.qe_identity, "enclaveIdentity", collateral.qe_identity_signature),
  };
}

function writeCollateral(collateral: CollateralJson): Uint8Array {
  const texts = FIELDS.map((name) => utf8ToBytes(collateral[name] + NUL));
  return concatBytes(le32(0), ...texts.map(({ length }) => le32(length)), ...texts);
}

function readTags(reader: LittleEndianReader): ReadonlyMap<number, Uint8Array> {
  const found = new Map<number, Uint8Array>();
  for (let rest = reader.rest(); rest.length > 0; ) {
    const part = new LittleEndianReader(rest);
    const tag = part.take(1)[0] as number;
    const value = part.take(part.u32());
    if (found.has(tag)) refuse("COLLATERAL_FORMAT", `part ${tag} comes twice`);
    found.set(tag, value);
    rest = part.rest();
  }
  return found;
}

function readLengths(reader: LittleEndianReader): ReadonlyMap<number, Uint8Array> {
  const [epid = 0, quote = 0, collateral = 0] = [reader.u32(), reader.u32(), reader.u32()];
  if (epid !== 0) refuse("QUOTE_KIND", "evidence of the retired EPID service");
  const found = new Map([
    [TAG.quote as number, reader.take(quote)],
    [TAG.collateral as number, reader.take(collateral)],
  ]);
  reader.end("the certificate");
  return found;
}

/** Reads a certificate. Throws `AttestationError`. */
export function parseCombinedEvidence(bytes: Uint8Array): CombinedEvidence {
  if (bytes.length > MAX_BYTES) refuse("QUOTE_FORMAT", `more than ${MAX_BYTES} bytes`);
  const reader = new LittleEndianReader(bytes);
  const parts = bytes[0] === 0 ? readLengths(reader) : readTags(reader);
  const quote = parts.get(TAG.quote) ?? refuse("QUOTE_FORMAT", "the certificate holds no quote");
  const collateral = parts.get(TAG.collateral) ?? refuse("COLLATERAL_FORMAT", "the certificate holds no collateral");
  const owner = parts.get(TAG.owner) ?? new Uint8Array(OWNER_BYTES);
  if (owner.length !== OWNER_BYTES) refuse("QUOTE_FORMAT", "the owner is not 32 bytes");
  return { quote, collateral: readCollateral(collateral), owner };
}

/** The certificate of this evidence, with tags. */
export function encodeCombinedEvidence({ quote, collateral, owner }: CombinedEvidence): Uint8Array {
  const part = (tag: number, value: Uint8Array) => concatBytes(new Uint8Array([tag]), le32(value.length), value);
  return concatBytes(
    part(TAG.quote, quote),
    part(TAG.collateral, writeCollateral(wholeAnswers(collateral))),
    ...(owner.some((byte) => byte !== 0) ? [part(TAG.owner, owner)] : []),
  );
}
