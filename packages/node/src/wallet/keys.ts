/**
 * Keys of accounts that sign for this node: from a mnemonic, or the key itself.
 *
 * Spec: 04 §3.3 (HD path).
 * @module
 */
import { BytesFormatError, fromHex, LocalError } from "@enclavenet/common";
import { SecretBytes } from "@enclavenet/crypto";
import { HDKey } from "@scure/bip32";
import { mnemonicToSeedSync, validateMnemonic } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";

const HD_PATH = "m/44'/529'/0'/0/0";
const KEY_BYTES = 32;

/** The key of a mnemonic's first account. */
export function mnemonicKey(mnemonic: string): SecretBytes {
  const { privateKey: key } = HDKey.fromMasterSeed(mnemonicToSeedSync(mnemonic)).derive(HD_PATH);
  if (key === null) throw new LocalError("WALLET_KEY", "no key at the HD path");
  return SecretBytes.take(key);
}

/** The same of what a person wrote down. Throws LocalError `PAYER_KEY` for a text that is no mnemonic. */
export function parseMnemonic(text: string): SecretBytes {
  const words = text.trim().toLowerCase().split(/\s+/).join(" ");
  if (validateMnemonic(words, wordlist)) return mnemonicKey(words);
  throw new LocalError("PAYER_KEY", "the file holds no mnemonic", {
    fix: "put the 12 to 24 English words into it, and nothing else",
  });
}

/** A private key in hexadecimal digits. Throws LocalError `PAYER_KEY`. */
export function parseKey(text: string): SecretBytes {
  try {
    const key = fromHex(text.trim());
    if (key.length === KEY_BYTES) return SecretBytes.take(key);
  } catch (error) {
    if (!(error instanceof BytesFormatError)) throw error;
  }
  throw new LocalError("PAYER_KEY", "the file holds no private key", { fix: "put its 64 hexadecimal digits into it" });
}
