/**
 * A journal of two slots, files that are overwritten in place by turns: whatever a crash leaves of one, the other is whole.
 *
 * PERF: replacing a file by renaming costs several times as much as overwriting one, because the folder has to reach the disk
 * too; two of these writes are in the path of every block.
 * @module
 */
import { be64, concatBytes, le32 } from "@enclavenet/common";
import { EnclaveError } from "@enclavenet/enclave-api";
import { overwriteDurably } from "./durable-write.ts";
import type { SealedJournal } from "./sealing.ts";

/** Seals and opens the content of one slot; undefined for what is not authentic. */
export interface SlotCipher {
  seal(plaintext: Uint8Array): Uint8Array;
  open(sealed: Uint8Array): Uint8Array | undefined;
}

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
        // The first write goes to the second file: while there is no other, nothing whole was ever sealed.
        if (files[0] === undefined) return undefined;
        throw new EnclaveError("SealingFailed", { check: "journal" });
      }
      sequence = latest.sequence;
      return latest.plaintext;
    },
    save(plaintext) {
      const next = sequence + 1n;
      const sealed = cipher.seal(concatBytes(be64(next), plaintext));
      overwriteDurably(paths[Number(next % 2n)] as string, concatBytes(le32(sealed.length), sealed));
      // After a write that failed, the next one goes to the same slot again: the other one is the only whole one.
      sequence = next;
    },
  };
}
