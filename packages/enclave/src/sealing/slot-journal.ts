/**
 * A journal of two slots, files that are overwritten in place by turns: whatever a crash leaves of one, the other is whole.
 *
 * PERF: replacing a file by renaming costs several times as much as overwriting one, because the folder has to reach the disk
 * too; two of these writes are in the path of every block. One of the files of this room that may touch `node:fs`.
 * @module
 */
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { be64, concatBytes, le32 } from "@enclavenet/common";
import { EnclaveError } from "@enclavenet/enclave-api";
import type { SealedJournal } from "./sealing.ts";

/** Seals and opens the content of one slot; undefined for what is not authentic. */
export interface SlotCipher {
  seal(plaintext: Uint8Array): Uint8Array;
  open(sealed: Uint8Array): Uint8Array | undefined;
}

/** Writes return when the data is on disk; nothing is truncated, so that usually no metadata changes. */
const IN_PLACE = constants.O_WRONLY | constants.O_CREAT | constants.O_SYNC;

const SEQUENCE_BYTES = 8;
const LENGTH_BYTES = 4;

interface Slot {
  readonly sequence: bigint;
  readonly plaintext: Uint8Array;
}

/** Content of a slot file: length of the sealed bytes, the sealed bytes, and whatever a longer one left behind. */
function parseSlot(file: Uint8Array | undefined, cipher: SlotCipher): Slot | undefined {
  if (file === undefined || file.length < LENGTH_BYTES) return undefined;
  const length = new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  const opened = cipher.open(file.slice(LENGTH_BYTES, LENGTH_BYTES + length));
  if (opened === undefined || opened.length < SEQUENCE_BYTES) return undefined;
  const sequence = new DataView(opened.buffer, opened.byteOffset).getBigUint64(0);
  return { sequence, plaintext: opened.slice(SEQUENCE_BYTES) };
}

/** A journal in two files. `read` gives a file's bytes, undefined when there is none. */
export function slotJournal(
  paths: readonly [string, string],
  cipher: SlotCipher,
  read: (path: string) => Uint8Array | undefined,
): SealedJournal {
  let sequence = 0n;
  return {
    load() {
      const files = paths.map(read);
      const slots = files.flatMap((file) => parseSlot(file, cipher) ?? []);
      const latest = slots.sort((a, b) => (a.sequence > b.sequence ? -1 : 1))[0];
      if (latest === undefined) {
        if (files.every((file) => file === undefined)) return undefined;
        throw new EnclaveError("SealingFailed", { check: "journal" });
      }
      sequence = latest.sequence;
      return latest.plaintext;
    },
    save(plaintext) {
      sequence += 1n;
      const sealed = cipher.seal(concatBytes(be64(sequence), plaintext));
      const path = paths[Number(sequence % 2n)] as string;
      try {
        const fd = openSync(path, IN_PLACE, 0o600);
        try {
          writeSync(fd, concatBytes(le32(sealed.length), sealed), 0, LENGTH_BYTES + sealed.length, 0);
        } finally {
          closeSync(fd);
        }
      } catch {
        throw new EnclaveError("SealingFailed", { check: "write" });
      }
    },
  };
}
