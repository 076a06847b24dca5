/**
 * The hardware TEEs over emulated files: evidence that verifies, sealing keys that last as long as they should, and nothing made
 * of what a broken or lying one answers. Each refusal is shown to rest on its check.
 * @module
 */
import { verifyQuote } from "@enclavenet/attestation";
import { developmentAuthority } from "@enclavenet/attestation/development";
import { toHex, utf8ToBytes } from "@enclavenet/common";
import { createNodePrimitives } from "@enclavenet/crypto/node";
import { afterAll, describe, expect, it } from "vitest";
import { type Edit, Mutants } from "../../../tests/support/mutant.ts";
import { findTee } from "../src/index.ts";
import type { Tee } from "../src/tee/tee.ts";
import { addGramine, addTdx, EmulatedFiles, TDX_ENTRY } from "./support/emulated-files.ts";
import { EMULATED_CHAIN, sgxQuote, tdxQuote } from "./support/emulated-platform.ts";

const primitives = createNodePrimitives();
const authority = developmentAuthority(primitives, EMULATED_CHAIN);
const occasion = { chainId: EMULATED_CHAIN, machine: "ignored" };
const REPORT_DATA = Uint8Array.from({ length: 64 }, (_, index) => index + 1);
const NOT_USABLE = expect.objectContaining({ name: "EnclaveError", status: "TeeFailed" });

function machine(...add: ((files: EmulatedFiles, with_: typeof primitives) => void)[]): EmulatedFiles {
  const files = new EmulatedFiles();
  for (const one of add) one(files, primitives);
  return files;
}

const keyOf = (tee: Tee): string => toHex(tee.sealingKey("/nowhere").expose());

describe.each([
  ["gramine-sgx", addGramine, "sgx"],
  ["tdx", addTdx, "tdx"],
] as const)("%s", (kind, add, measures) => {
  it("gives evidence that verifies under the root of the machine, and says of which program", () => {
    const tee = findTee(primitives, machine(add));
    const options = { time: 1_780_000_000, trustedRoots: [authority.rootKey] };
    const verdict = verifyQuote(tee.quote(REPORT_DATA, occasion), authority.collateral({ tee: measures }), {
      ...options,
      policy: { report_data: toHex(REPORT_DATA) },
    });
    expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(verdict).toMatchObject({ accepted: true, tee: measures, measurement: toHex(tee.program.measurement) });
    expect(verdict.rtmrs).toEqual((tee.program.rtmrs ?? []).map(toHex));
    expect(tee.kind).toBe(kind);
  });

  it("quotes again for every statement", () => {
    const tee = findTee(primitives, machine(add));
    expect(tee.quote(REPORT_DATA, occasion)).not.toEqual(tee.quote(REPORT_DATA.toReversed(), occasion));
  });

  it("has the same sealing key after a restart of the program", () => {
    const files = machine(add);
    expect(keyOf(findTee(primitives, files))).toBe(keyOf(findTee(primitives, files)));
  });
});

describe("the choice", () => {
  it("finds nothing where nothing is", () => {
    const nothing = expect.objectContaining({ name: "EnclaveError", status: "NoTee" });
    expect(() => findTee(primitives, machine())).toThrowError(nothing);
  });

  it("does not take another confidential machine for a trust domain", () => {
    const files = machine(addTdx);
    const make = files.made.get(TDX_ENTRY);
    files.made.set(TDX_ENTRY, () => {
      make?.();
      files.files.set(`${TDX_ENTRY}/provider`, utf8ToBytes("sev_guest\n"));
    });
    expect(() => findTee(primitives, files)).toThrowError(expect.objectContaining({ status: "NoTee" }));
  });

  it("takes the enclave where an enclave runs in a trust domain", () => {
    expect(findTee(primitives, machine(addTdx, addGramine)).kind).toBe("gramine-sgx");
  });
});

describe("the sealing key", () => {
  it("of SGX is not the hardware's own, and another one's for another program", () => {
    const [one, other] = [machine(addGramine), machine(addGramine)];
    other.files.set("/dev/attestation/keys/_sgx_mrenclave", new Uint8Array(16).fill(0x5f));
    expect(keyOf(findTee(primitives, one))).not.toContain("5e".repeat(4));
    expect(keyOf(findTee(primitives, one))).not.toBe(keyOf(findTee(primitives, other)));
  });

  it("of a trust domain ends with it", () => {
    expect(keyOf(findTee(primitives, machine(addTdx)))).not.toBe(keyOf(findTee(primitives, machine(addTdx))));
  });
});

describe("a trust domain's entry", () => {
  it("that a killed process left is used again, and none stays", () => {
    const files = machine(addTdx);
    files.makeDirectory(TDX_ENTRY);
    const tee = findTee(primitives, files);
    expect(tee.quote(REPORT_DATA, occasion)).toEqual(tdxQuote(primitives, REPORT_DATA));
    expect(files.folders.has(TDX_ENTRY)).toBe(false);
  });
});

const HARDWARE = "packages/enclave/src/tee/hardware-tee.ts";
const GRAMINE = "packages/enclave/src/tee/gramine-sgx.ts";
const TDX = "packages/enclave/src/tee/tdx.ts";
const cut = (file: string, text: string): Edit => ({ file, text, without: "" });

interface Refusal {
  readonly name: string;
  readonly check: Edit;
  /** A machine that lies, and what is asked of it. */
  readonly prepare: () => readonly [EmulatedFiles, (tee: Tee) => unknown];
}

const quoteOf = (tee: Tee) => tee.quote(REPORT_DATA, occasion);
const quoted =
  (make: () => EmulatedFiles): Refusal["prepare"] =>
  () => [make(), quoteOf];

function refusal(name: string, check: Edit, prepare: Refusal["prepare"]): Refusal {
  return { name, check, prepare };
}

/** Files whose quote is made otherwise. */
function quotingOtherwise(quote: () => Uint8Array): EmulatedFiles {
  const files = machine(addGramine);
  files.files.set("/dev/attestation/quote", quote);
  return files;
}

const debugOf = (length: number, value: number) => Uint8Array.from({ length }, (_, index) => (index === 0 ? value : 0));

const refusals: readonly Refusal[] = [
  refusal(
    "an enclave under debug",
    cut(HARDWARE, 'if (isDebug(quote)) failTee("debug");'),
    quoted(() => machine((files) => addGramine(files, primitives, { attributes: debugOf(16, 0x07) }))),
  ),
  refusal(
    "a trust domain under debug",
    cut(HARDWARE, 'if (isDebug(quote)) failTee("debug");'),
    quoted(() => machine((files) => addTdx(files, primitives, { tdAttributes: debugOf(8, 1) }))),
  ),
  refusal(
    "a quote about something else",
    cut(HARDWARE, 'if (!equalBytes(quote.body.report.reportData, reportData)) failTee("report data of the quote");'),
    quoted(() => quotingOtherwise(() => sgxQuote(primitives, new Uint8Array(64)))),
  ),
  refusal(
    "a quote of another kind of TEE",
    cut(HARDWARE, 'if (quote.body.tee !== measures) failTee("kind of the quote");'),
    () => {
      const files = machine(addGramine);
      let reportData = new Uint8Array(64);
      files.written.set("/dev/attestation/user_report_data", (content) => {
        reportData = new Uint8Array(content);
      });
      files.files.set("/dev/attestation/quote", () => tdxQuote(primitives, reportData));
      return [files, quoteOf];
    },
  ),
  refusal(
    "another program than at the start",
    cut(HARDWARE, 'if (!isSameProgram(program, answer.program)) failTee("program of the quote");'),
    () => {
      const changes = { mrEnclave: new Uint8Array(32) };
      const files = machine((one) => addGramine(one, primitives, changes));
      return [
        files,
        (tee) => {
          changes.mrEnclave = new Uint8Array(32).fill(1);
          return quoteOf(tee);
        },
      ];
    },
  ),
  refusal(
    "a trust domain whose system was changed since the start",
    cut(HARDWARE, 'if (!isSameProgram(program, answer.program)) failTee("program of the quote");'),
    () => {
      const rtmrs = [1, 2, 3, 4].map((byte) => new Uint8Array(48).fill(byte));
      const files = machine((one) => addTdx(one, primitives, { rtmrs }));
      return [
        files,
        (tee) => {
          rtmrs[3] = new Uint8Array(48).fill(9);
          return quoteOf(tee);
        },
      ];
    },
  ),
  refusal(
    "an entry that somebody else writes too",
    cut(TDX, 'if (generationOf(read("generation")) !== before + 1n) failTee("entry written by others");'),
    () => {
      const files = machine(addTdx);
      const make = files.made.get(TDX_ENTRY);
      files.made.set(TDX_ENTRY, () => {
        make?.();
        const write = files.written.get(`${TDX_ENTRY}/inblob`);
        files.written.set(`${TDX_ENTRY}/inblob`, (content) => {
          write?.(REPORT_DATA.toReversed());
          write?.(content);
        });
      });
      return [files, quoteOf];
    },
  ),
  refusal(
    "Gramine without attestation",
    cut(GRAMINE, 'if (lineOf(type) !== "dcap") failTee("attestation type");'),
    () => {
      const files = machine(addGramine);
      files.files.set("/dev/attestation/attestation_type", utf8ToBytes("none"));
      return [files, quoteOf];
    },
  ),
  refusal(
    "a sealing key of zeros",
    cut(GRAMINE, 'if (secret.every((byte) => byte === 0)) failTee("empty sealing key");'),
    () => {
      const files = machine(addGramine);
      files.files.set("/dev/attestation/keys/_sgx_mrenclave", new Uint8Array(16));
      return [files, keyOf];
    },
  ),
  refusal(
    "a sealing key of another length",
    cut(GRAMINE, 'if (secret.length !== SEALING_SECRET_BYTES) failTee("length of the sealing key");'),
    () => {
      const files = machine(addGramine);
      files.files.set("/dev/attestation/keys/_sgx_mrenclave", new Uint8Array(8).fill(1));
      return [files, keyOf];
    },
  ),
  refusal(
    "a trust domain whose sealing key would reach a disk",
    cut(TDX, 'if (!files.isInMemory(TdxFolder.key)) failTee("the sealing key would be on a disk");'),
    () => {
      const files = machine(addTdx);
      files.memory = false;
      return [files, keyOf];
    },
  ),
];

describe("a build without the check makes something of", () => {
  const mutants = new Mutants<{ findTee: typeof findTee }>("packages/enclave/src/index.ts");
  afterAll(() => mutants.remove());

  it.each(refusals)("$name, and the real one refuses it", async ({ check, prepare }) => {
    const attempt = (find: typeof findTee) => () => {
      const [files, ask] = prepare();
      return ask(find(primitives, files));
    };
    expect(attempt(findTee)).toThrowError(NOT_USABLE);
    expect(attempt((await mutants.without([check])).findTee)).not.toThrow();
  });
});

describe("answers that are none", () => {
  it.each([
    ["no bytes", new Uint8Array(0)],
    ["half a quote", sgxQuote(primitives, new Uint8Array(64)).slice(0, 700)],
    ["something else", new Uint8Array(5_000).fill(3)],
  ])("are refused: %s", (_, answer) => {
    expect(() =>
      findTee(
        primitives,
        quotingOtherwise(() => answer),
      ),
    ).toThrowError(NOT_USABLE);
  });

  it.each(["", "many", "-1", "1".repeat(40), "\u00ff\u00fe"])("are refused as a generation: %j", (text) => {
    const files = machine(addTdx);
    const make = files.made.get(TDX_ENTRY);
    files.made.set(TDX_ENTRY, () => {
      make?.();
      files.files.set(
        `${TDX_ENTRY}/generation`,
        Uint8Array.from(text, (char) => char.charCodeAt(0)),
      );
    });
    expect(() => findTee(primitives, files)).toThrowError(NOT_USABLE);
  });
});
