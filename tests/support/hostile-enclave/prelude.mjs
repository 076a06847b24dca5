/**
 * Stands in front of the text of an enclave bundle and spoils what it writes: the program behind it is the real one, over the
 * real sealed state, up to the first answer to the call that `misdeed` names. Only the channel lies.
 *
 * Self-contained: `hostile-enclave.ts` fills in MISDEED and puts the bundle behind this text.
 */
import hostileFs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { fileURLToPath as pathOfUrl } from "node:url";

// A block: names of the bundle behind must stay free.
{
  const misdeed = MISDEED;
  const ANSWERS_FD = 4;
  const KIND = { ocall: 2, result: 3 };
  const HEADER = 11;
  const READ_CODE = 3;

  const real = { writeSync: hostileFs.writeSync, readFileSync: hostileFs.readFileSync };
  const send = (bytes) => {
    for (let at = 0; at < bytes.length; ) at += real.writeSync(ANSWERS_FD, bytes, at);
  };

  function frame(kind, id, method, body) {
    const out = Buffer.alloc(HEADER + body.length);
    out.writeUInt32LE(HEADER - 4 + body.length, 0);
    out.writeUInt8(kind, 4);
    out.writeUInt32LE(id, 5);
    out.writeUInt16LE(method, 9);
    out.set(body, HEADER);
    return out;
  }

  const sleepForEver = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);

  function floodFor(make) {
    for (let id = 1; ; id++) send(make(id));
  }

  /** What is done with the answer, given as a whole frame. */
  const MISDEEDS = {
    noise: (bytes) => send(Buffer.from(bytes, 0).fill(0x5a)),
    hugeLength: (bytes) => {
      bytes.writeUInt32LE(0xffff_fff0, 0);
      send(bytes);
    },
    halfAndExit: (bytes) => {
      send(bytes.subarray(0, bytes.length >> 1));
      process.exit(0);
    },
    exit: () => process.exit(misdeed.code),
    crash: () => process.kill(process.pid, "SIGSEGV"),
    hang: sleepForEver,
    halfAndHang: (bytes) => {
      send(bytes.subarray(0, bytes.length >> 1));
      sleepForEver();
    },
    twice: (bytes) => {
      send(bytes);
      send(bytes);
    },
    floodOfAnswers: (bytes) => floodFor(() => bytes),
    floodOfOcalls: () => floodFor((id) => frame(KIND.ocall, id, READ_CODE, Buffer.alloc(32))),
    patch: (bytes) => {
      bytes.set(Buffer.from(misdeed.bytes, "hex"), HEADER + misdeed.at);
      send(bytes);
    },
  };

  let pending = Buffer.alloc(0);

  function deliver(bytes) {
    const answers = bytes[4] === KIND.result && bytes.readUInt16LE(9) === misdeed.method;
    if (!answers) return send(bytes);
    MISDEEDS[misdeed.how](bytes);
  }

  hostileFs.writeSync = (fd, source, ...rest) => {
    if (fd !== ANSWERS_FD) return real.writeSync(fd, source, ...rest);
    pending = Buffer.concat([pending, source]);
    while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32LE(0)) {
      const length = 4 + pending.readUInt32LE(0);
      const whole = Buffer.from(pending.subarray(0, length));
      pending = pending.subarray(length);
      deliver(whole);
    }
    return source.length;
  };

  // Its measurement is that of the real bundle, as a host that swaps the file would want it.
  hostileFs.readFileSync = (path, ...rest) => {
    const content = real.readFileSync(path, ...rest);
    if (path !== pathOfUrl(import.meta.url)) return content;
    return content.subarray(content.length - misdeed.bundleBytes);
  };
  syncBuiltinESMExports();
}
