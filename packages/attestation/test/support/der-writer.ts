/** Writes DER, right or wrong: the tests make certificates and lists of every kind with it. */
import { concatBytes, fromHex, utf8ToBytes } from "@enclavenet/common";

const lengthOf = (length: number): number[] => {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
};

export function tlv(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = concatBytes(...parts);
  return concatBytes(Uint8Array.from([tag, ...lengthOf(content.length)]), content);
}

export const sequence = (...parts: readonly Uint8Array[]): Uint8Array => tlv(0x30, ...parts);
export const octets = (bytes: Uint8Array): Uint8Array => tlv(0x04, bytes);
export const bits = (bytes: Uint8Array, unused = 0): Uint8Array => tlv(0x03, Uint8Array.of(unused), bytes);
export const oid = (hex: string): Uint8Array => tlv(0x06, fromHex(hex));
export const truth = (): Uint8Array => tlv(0x01, Uint8Array.of(0xff));

/** Of bytes that are not negative. */
export function unsigned(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const short = bytes.subarray(start);
  return (short[0] as number) >= 0x80 ? tlv(0x02, Uint8Array.of(0), short) : tlv(0x02, short);
}

export const integer = (value: number): Uint8Array => unsigned(Uint8Array.of(value >> 8, value & 0xff));

export const name = (commonName: string): Uint8Array =>
  sequence(
    tlv(0x31, sequence(oid("550403"), tlv(0x0c, utf8ToBytes(commonName)))),
    tlv(0x31, sequence(oid("55040a"), tlv(0x0c, utf8ToBytes("Intel Corporation")))),
  );

/** UTCTime. */
export const time = (unix: number): Uint8Array => {
  const text = new Date(unix * 1000).toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  return tlv(0x17, utf8ToBytes(text.slice(2)));
};

export const ecdsaWithSha256 = fromHex("300a06082a8648ce3d040302");

/** ECDSA-Sig-Value of r ‖ s. */
export const signatureValue = (signature: Uint8Array): Uint8Array =>
  bits(sequence(unsigned(signature.subarray(0, 32)), unsigned(signature.subarray(32))));
