/** Addresses with the prefix "secret", through secretjs. */
import type { AddressCodec } from "@enclavenet/proto";
import { addressToBytes, bytesToAddress } from "secretjs/dist/utils.js";

export const addresses: AddressCodec = {
  toText: (bytes) => bytesToAddress(bytes),
  fromText: (text) => addressToBytes(text),
};

/** Options of the JSON functions. */
export const json = { addresses };
