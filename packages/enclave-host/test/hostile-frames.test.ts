/**
 * Frames that nobody should send, in both directions (architecture §3, the enclave boundary). A host's: the real enclave
 * process answers with a status or ends with one of its codes. An enclave's: the host's session throws a typed error.
 */
import { mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ByteChannel,
  decode,
  decodeErrorBody,
  type EcallName,
  EnclaveError,
  ecalls,
  encode,
  encodeErrorBody,
  encodeFrame,
  type Frame,
  FrameKind,
  MAX_FRAME_BYTES,
  PROTOCOL_VERSION,
  readFrame,
} from "@enclavenet/enclave-api";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { buildBundle } from "../../../scripts/lib/bundles.mjs";
import { hostileBytes } from "../../../tests/support/hostile-bytes.ts";
import { fdChannel } from "../src/fd-channel.ts";
import { type EnclaveProcess, spawnEnclave } from "../src/index.ts";
import { EnclaveSession } from "../src/session.ts";

const temporary = mkdtempSync(join(tmpdir(), "enclavenet-frames-"));
const bundle = (await buildBundle("development", temporary)).outfile;
let folders = 0;
const running: EnclaveProcess[] = [];

afterAll(async () => {
  for (const one of running) {
    one.close();
    one.kill();
    await one.exited;
  }
  rmSync(temporary, { recursive: true, force: true });
});

function start(): EnclaveProcess {
  folders++;
  const one = spawnEnclave({ bundle, sealingDirectory: join(temporary, `sealed-${folders}`) });
  running.push(one);
  return one;
}

const frame = (parts: Partial<Frame>): Uint8Array =>
  encodeFrame({ kind: FrameKind.ecall, id: 1, method: ecalls.status.id, body: new Uint8Array(0), ...parts });

/** Sends all of it and closes; what the process ends with. */
async function endOf(bytes: Uint8Array): Promise<number | null> {
  const enclave = start();
  try {
    for (let rest = bytes; rest.length > 0; ) rest = rest.subarray(writeSync(enclave.writeFd, rest));
  } catch {
    // It has ended already.
  }
  enclave.close();
  return (await enclave.exited).code;
}

const [GONE, FAILED] = [0, 70];

describe("the enclave process, given frames by its host,", () => {
  const header = (length: number, kind: number): Uint8Array => {
    const out = frame({}).slice();
    new DataView(out.buffer).setUint32(0, length, true);
    out[4] = kind;
    return out;
  };

  it.each<[string, Uint8Array, number]>([
    ["nothing", new Uint8Array(0), GONE],
    ["half a header", frame({}).subarray(0, 5), GONE],
    ["a body that does not come", frame({ body: new Uint8Array(100) }).subarray(0, 50), GONE],
    ["a length below a header", header(3, 1), FAILED],
    ["a length beyond the limit", header(MAX_FRAME_BYTES + 8, 1), FAILED],
    ["a length of 4 GiB", header(0xffff_ffff, 1), FAILED],
    ["an unknown kind", header(7, 9), FAILED],
  ])("%s: ends with a code", async (_what, bytes, code) => {
    expect(await endOf(bytes)).toBe(code);
  });

  it("wrong methods, wrong order, wrong bodies: answers each with a status, and goes on", async () => {
    const enclave = start();
    const channel = fdChannel(enclave.readFd, enclave.writeFd);
    const ask = (parts: Partial<Frame>): string => {
      writeSync(enclave.writeFd, frame(parts));
      const answer = readFrame(channel);
      expect(answer.id).toBe(parts.id ?? 1);
      return answer.kind === FrameKind.result ? "result" : decodeErrorBody(answer.body).status;
    };
    expect(ask({})).toBe("result");
    for (const method of [0, 99, 0xffff]) expect(ask({ method, id: 7 })).toBe("BadRequest");
    for (const kind of [FrameKind.ocall, FrameKind.result, FrameKind.error]) expect(ask({ kind })).toBe("BadRequest");
    expect(ask({ body: Uint8Array.of(1) })).toBe("BadRequest");
    const hello = (protocolVersion: number) =>
      ask({ method: ecalls.hello.id, body: encode(ecalls.hello.request, { protocolVersion }) });
    expect([hello(PROTOCOL_VERSION), hello(PROTOCOL_VERSION + 1)]).toEqual(["result", "BadRequest"]);
    for (const name of ["beginBlock", "endBlock", "instantiate", "execute", "query"] as EcallName[]) {
      expect(["BadRequest", "NotReady"]).toContain(ask({ method: ecalls[name].id }));
    }
    expect(ask({ method: ecalls.endBlock.id, body: encode(ecalls.endBlock.request, { height: 5n }) })).toBe("NotReady");
    expect(ask({})).toBe("result");
    enclave.close();
    expect(await enclave.exited).toEqual({ code: 0, signal: null });
  });

  it("any bodies of any methods: answers every one", async () => {
    const enclave = start();
    const channel = fdChannel(enclave.readFd, enclave.writeFd);
    const methods = Object.values(ecalls).map((call) => call.id);
    const seed = encode(ecalls.bindNetwork.request, {
      chainId: "c",
      genesisHash: new Uint8Array(32),
      initialHeight: 1n,
      validatorSet: new Uint8Array(4),
      stateProofs: 1,
    });
    let id = 0;
    const one = fc.tuple(fc.constantFrom(...methods, 77), hostileBytes(fc.constant(seed)));
    fc.assert(
      fc.property(one, ([method, body]) => {
        id++;
        writeSync(enclave.writeFd, frame({ id, method, body }));
        const answer = readFrame(channel);
        expect([answer.id, answer.method]).toEqual([id, method]);
        if (answer.kind === FrameKind.error) expect(decodeErrorBody(answer.body).status).not.toBe("InternalError");
      }),
      { seed: 20_261_127, numRuns: 300 },
    );
    writeSync(enclave.writeFd, frame({ id: 9, method: ecalls.status.id }));
    expect(decode(ecalls.status.response, readFrame(channel).body).keychain).toBeGreaterThanOrEqual(0);
    enclave.close();
    expect((await enclave.exited).code).toBe(0);
  });
});

describe("the host's session, given frames by its enclave,", () => {
  /** An enclave that answers with these bytes, whatever it is asked. */
  function answering(bytes: Uint8Array): { channel: ByteChannel; most: () => number } {
    let at = 0;
    let most = 0;
    const channel = {
      read(target: Uint8Array) {
        most = Math.max(most, target.length);
        const count = Math.min(target.length, bytes.length - at);
        target.set(bytes.subarray(at, at + count));
        at += count;
        return count;
      },
      write: (source: Uint8Array) => source.length,
    };
    return { channel, most: () => most };
  }

  const statusOf = (bytes: Uint8Array) => () => new EnclaveSession(answering(bytes).channel).call("status", {});
  const answer = encode(ecalls.status.response, {
    keychain: 0,
    chainId: "",
    genesisHash: new Uint8Array(32),
    height: 0n,
    blockHash: new Uint8Array(32),
    ioPublicKey: undefined,
    seedExchangePublicKey: undefined,
    registrationPublicKey: undefined,
    stateProofs: 0,
  });
  const sound = frame({ kind: FrameKind.result, body: answer });

  it("takes the sound answer, and refuses the others typed", () => {
    expect(statusOf(sound)()).toMatchObject({ keychain: 0 });
    const typed = (code: string) => expect.objectContaining({ code });
    expect(statusOf(sound.subarray(0, 20))).toThrowError(typed("ENCLAVE_CHANNEL_CLOSED"));
    expect(statusOf(frame({ kind: FrameKind.result, body: answer.subarray(1) }))).toThrowError(typed("ENCLAVE_FRAME"));
    expect(statusOf(frame({ kind: FrameKind.result, id: 2, body: answer }))).toThrowError(typed("ENCLAVE_PROTOCOL"));
    expect(statusOf(frame({ kind: FrameKind.ecall, body: answer }))).toThrowError(typed("ENCLAVE_PROTOCOL"));
    expect(statusOf(frame({ kind: FrameKind.error, body: Uint8Array.of(1) }))).toThrowError(typed("ENCLAVE_FRAME"));
    const huge = sound.slice();
    new DataView(huge.buffer).setUint32(0, 0xffff_fff0, true);
    expect(statusOf(huge)).toThrowError(typed("ENCLAVE_FRAME"));
  });

  it("goes on after a status, and never again after bytes that it could not read", () => {
    const refusal = frame({ kind: FrameKind.error, body: encodeErrorBody(new EnclaveError("NotReady")) });
    const second = frame({ kind: FrameKind.result, id: 2, body: answer });
    const twice = (first: Uint8Array) => {
      const session = new EnclaveSession(answering(Uint8Array.of(...first, ...second)).channel);
      expect(() => session.call("status", {})).toThrowError();
      return () => session.call("status", {});
    };
    expect(twice(refusal)()).toMatchObject({ keychain: 0 });
    const bad = frame({ kind: FrameKind.result, body: Uint8Array.of(1) });
    expect(twice(bad)).toThrowError(expect.objectContaining({ code: "ENCLAVE_FRAME" }));
    const other = frame({ kind: FrameKind.result, id: 7, body: answer });
    expect(twice(other)).toThrowError(expect.objectContaining({ code: "ENCLAVE_PROTOCOL" }));
  });

  it("asks for no more memory than a frame may have", () => {
    const largest = sound.slice();
    new DataView(largest.buffer).setUint32(0, MAX_FRAME_BYTES + 7, true);
    const { channel, most } = answering(largest);
    const closed = expect.objectContaining({ code: "ENCLAVE_CHANNEL_CLOSED" });
    expect(() => new EnclaveSession(channel).call("status", {})).toThrowError(closed);
    expect(most()).toBeLessThanOrEqual(MAX_FRAME_BYTES);
  });

  it("throws nothing but typed errors for any bytes", () => {
    const codes = ["ENCLAVE_FRAME", "ENCLAVE_PROTOCOL", "ENCLAVE_CHANNEL_CLOSED"];
    fc.assert(
      fc.property(hostileBytes(fc.constant(sound)), (bytes) => {
        try {
          statusOf(bytes)();
        } catch (error) {
          const { name, code } = error as { name: string; code: string };
          expect(name === "EnclaveError" || codes.includes(code)).toBe(true);
        }
      }),
      { seed: 20_261_127, numRuns: 500 },
    );
  });

  it("refuses ocalls that do not exist or are malformed, with a status", () => {
    const ocalls = [frame({ kind: FrameKind.ocall, method: 99 }), frame({ kind: FrameKind.ocall, method: 1 })];
    for (const ocall of ocalls) {
      const sent: Uint8Array[] = [];
      const { channel } = answering(Uint8Array.of(...ocall, ...sound));
      const session = new EnclaveSession({
        ...channel,
        write(source) {
          sent.push(source.slice());
          return source.length;
        },
      });
      expect(session.call("status", {})).toMatchObject({ keychain: 0 });
      const refusal = answering(sent[1] ?? new Uint8Array(0));
      expect(decodeErrorBody(readFrame(refusal.channel).body).status).toBe("FailedOcall");
    }
  });
});
