/**
 * A blocking byte channel over two file descriptors.
 * @module
 */
import { readSync, writeSync } from "node:fs";
import { type ByteChannel, ChannelClosed } from "@enclavenet/enclave-api";

function isBrokenPipe(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === "EPIPE" || code === "EBADF";
}

/** Reads from `readFd`, writes to `writeFd`; both must be blocking. Throws {@link ChannelClosed} when the peer is gone. */
export function fdChannel(readFd: number, writeFd: number): ByteChannel {
  return {
    read: (target) => readSync(readFd, target),
    write(source) {
      try {
        return writeSync(writeFd, source);
      } catch (error) {
        if (isBrokenPipe(error)) throw new ChannelClosed();
        throw error;
      }
    },
  };
}
