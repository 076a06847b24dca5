/**
 * The sealed record of the keychain, in every format that this enclave reads.
 * @module
 */
import {
  BirthSchema,
  bytes,
  decode,
  EnclaveError,
  encode,
  FrameError,
  fixedBytes,
  type Infer,
  list,
  option,
  Reader,
  SEALED_FORMAT,
  StateProofs,
  struct,
  text,
  u8,
  u32,
  u64,
} from "@enclavenet/enclave-api";
import { requireSealedFormat } from "../sealing/sealed-format.ts";

const networkFields = {
  chainId: text,
  genesisHash: fixedBytes(32),
  initialHeight: u64,
  /** Protobuf ValidatorSet that signs the first block. */
  validatorSet: bytes,
} as const;

const recordFields = { version: u32, networkClass: text, seeds: list(fixedBytes(32)) } as const;

/** `stateProofs`: a value of {@link StateProofs}. */
const bindingSchema = struct({ ...networkFields, stateProofs: u8 });

/** Format 1: nothing of how the network was born, no registration, no proofs of state. */
const firstSchema = struct({ ...recordFields, binding: option(struct(networkFields)) });

const registrationSchema = struct({
  /** Network that the node belongs to or wants to join. */
  chainId: text,
  /** X25519 private key to which the seeds are encrypted. */
  privateKey: fixedBytes(32),
});

const earlyFields = {
  ...recordFields,
  /** What the network's evidence says; networks of the first format have none. */
  birth: option(struct({ chainId: text, validatorSet: bytes, policy: text })),
  registration: option(registrationSchema),
  binding: option(bindingSchema),
} as const;

/** Format 2: nothing of rotations. */
const secondSchema = struct(earlyFields);

const nodeSchema = struct({
  /** Key of its registration. */
  publicKey: fixedBytes(32),
  /** Height of the block that let it in. */
  registered: u64,
  /** Height of the block that revoked it. */
  revoked: option(u64),
});

const memberFields = {
  /** First height of each seed behind those of the birth; the last seeds may have none yet. */
  rotations: list(u64),
  /** The founder, and the nodes that verified blocks let in, all of them; enclaves of earlier formats did not take them down. */
  nodes: option(list(nodeSchema)),
} as const;

/** Format 3: nothing of other programs. */
const thirdSchema = struct({ ...earlyFields, ...memberFields });

const programSchema = struct({
  measurement: bytes,
  rtmrs: list(bytes),
  /** Height of the block that approved it. */
  approved: u64,
});

/** Programs that the network's enclaves may hand over to, in the order of their approval. */
const programFields = { programs: list(programSchema) } as const;

/** Format 4: nothing of the founder. */
const fourthSchema = struct({ ...earlyFields, ...memberFields, ...programFields });

/** Plaintext of the sealed record. */
export const keychainSchema = struct({
  ...earlyFields,
  birth: option(BirthSchema),
  ...memberFields,
  ...programFields,
});

/** The one network that a keychain serves. */
export type NetworkBinding = Infer<typeof bindingSchema>;
/** The key with which a node registers. */
export type Registration = Infer<typeof registrationSchema>;
/** A node that was let in. */
export type KnownNode = Infer<typeof nodeSchema>;
/** A program that a verified block approved. */
export type ApprovedProgram = Infer<typeof programSchema>;
export type KeychainRecord = Infer<typeof keychainSchema>;

/** What records before format 3 say of rotations and upgrades. */
const BEFORE_ROTATIONS = { rotations: [], nodes: undefined, programs: [] } as const;

function decodeFirst(sealed: Uint8Array): KeychainRecord {
  const { binding, ...keys } = decode(firstSchema, sealed);
  // What the network class demands and no more.
  const stateProofs = keys.networkClass === "development" ? StateProofs.off : StateProofs.all;
  const bound = binding === undefined ? undefined : { ...binding, stateProofs };
  return { ...keys, binding: bound, birth: undefined, registration: undefined, ...BEFORE_ROTATIONS };
}

/** In the networks of before the founder had to register like others. */
function withoutFounder<T extends Infer<typeof secondSchema>>(record: T) {
  return { ...record, birth: record.birth && { ...record.birth, founder: undefined } };
}

/** Formats by their number. */
const decoders: Readonly<Record<number, (sealed: Uint8Array) => KeychainRecord>> = {
  1: decodeFirst,
  2: (sealed) => ({ ...withoutFounder(decode(secondSchema, sealed)), ...BEFORE_ROTATIONS }),
  3: (sealed) => ({ ...withoutFounder(decode(thirdSchema, sealed)), programs: [] }),
  4: (sealed) => withoutFounder(decode(fourthSchema, sealed)),
  [SEALED_FORMAT]: (sealed) => decode(keychainSchema, sealed),
};

function unreadable(): never {
  throw new EnclaveError("SealingFailed", { check: "format of the keychain record" });
}

/** Reads a record. Throws `SealedFormat`, or `SealingFailed` for what is none. */
export function decodeKeychain(sealed: Uint8Array): KeychainRecord {
  try {
    // The number first: what follows it is known only then.
    const format = new Reader(sealed).u32();
    requireSealedFormat(format);
    return (decoders[format] ?? unreadable)(sealed);
  } catch (error) {
    if (error instanceof FrameError) throw new EnclaveError("SealingFailed", { check: "keychain record" });
    throw error;
  }
}

/** The bytes by which two bindings are compared. */
export function bindingBytes(binding: NetworkBinding): Uint8Array {
  return encode(bindingSchema, binding);
}
