/**
 * What is handed to operators of hardware: the manifest for SGX lets the host reach nothing, and the unit for a TDX domain starts what
 * it should. Neither was run on hardware.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { manifestTemplate, renderManifest, weaknesses } from "./support/gramine-manifest.ts";

const template = manifestTemplate();

describe("the manifest of the enclave on SGX", () => {
  it("lets the host choose nothing", () => {
    expect(weaknesses(renderManifest(template))).toEqual([]);
  });

  it("runs the production bundle as a node does, with the stack that contracts need", () => {
    const { loader, fs, sys } = renderManifest(template);
    expect(loader.argv.slice(-2)).toEqual(["/enclave/enclave-production.mjs", "/sealed"]);
    const spawn = readFileSync(
      fileURLToPath(new URL("../packages/enclave-host/src/spawn.ts", import.meta.url)),
      "utf8",
    );
    const stack = Number(/STACK_KIB = ([\d_]+)/.exec(spawn)?.[1]?.replaceAll("_", ""));
    expect(loader.argv).toEqual(
      expect.arrayContaining([`--stack-size=${stack}`, "--disallow-code-generation-from-strings"]),
    );
    expect(
      Number(/^(\d+)M$/.exec(String(sys.stack && (sys.stack as { size: string }).size))?.[1]) * 1024,
    ).toBeGreaterThan(stack);
    expect(fs.mounts.find(({ path }) => path === "/sealed")?.uri).toBe("file:enclave");
  });

  it.each<[string, string, string, string]>([
    ["arguments of the host", "loader.argv = [", "loader.insecure__use_cmdline_argv = true\nother = [", "insecure__"],
    ["the host's environment", "fs.root.type", "loader.insecure__use_host_env = true\nfs.root.type", "use_host_env"],
    ["a variable of the host", 'LD_LIBRARY_PATH = "/lib:/runtime"', "X = { passthrough = true }", "loader.env"],
    ["debugging", "sgx.debug = false", "sgx.debug = true", "sgx.debug"],
    ["debugging that nobody forbids", "sgx.debug = false", "", "sgx.debug"],
    ["no attestation", '"dcap"', '"none"', "sgx.remote_attestation"],
    ["any file", '"strict"', '"allow_all_but_log"', "sgx.file_check_policy"],
    ["one more file", '  "file:enclave/",', '  "file:enclave/",\n  "file:{{ node }}",', "sgx.allowed_files"],
    ["a bundle that is not measured", '  "file:{{ bundle }}",\n]', "]", "not measured: file:/build"],
    ["a talkative log", 'log_level = "error"', 'log_level = "trace"', "loader.log_level"],
    ["the host's eventfd", "sys.disallow_", "sys.insecure__allow_eventfd = true\nsys.disallow_", "allow_eventfd"],
    ["the host's names", "names_conf = false", "names_conf = true", "domain_names"],
    ["keys in the manifest", "sgx.debug", 'fs.insecure__keys.k = "00"\nsgx.debug', "insecure__keys"],
  ])("with %s is found out", (_, line, instead, expected) => {
    expect(template.split(line)).toHaveLength(2);
    const found = weaknesses(renderManifest(template.replace(line, instead)));
    expect(found.join("\n")).toContain(expected);
  });
});

describe("the unit of a TDX domain", () => {
  it("starts a node with the production enclave, its stack, and no way to a disk for its memory", () => {
    const unit = readFileSync(fileURLToPath(new URL("../deploy/tdx/enclavenet.service", import.meta.url)), "utf8");
    const settings = new Map(
      unit.split("\n").flatMap((line) => (line.startsWith("#") || !line.includes("=") ? [] : [split(line)])),
    );
    expect(settings.get("ExecStart")).toMatch(/enclavenet start .*--enclave production$/);
    expect(Number(settings.get("LimitSTACK"))).toBe(131_072 * 1024);
    expect(settings.get("LimitCORE")).toBe("0");
    expect(settings.get("MemorySwapMax")).toBe("0");
  });
});

function split(line: string): [string, string] {
  const at = line.indexOf("=");
  return [line.slice(0, at), line.slice(at + 1)];
}
