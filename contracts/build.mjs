/**
 * Builds the shipped contracts reproducibly and records their checksums.
 *
 * Usage: `node contracts/build.mjs` rewrites `artifacts/`; `node contracts/build.mjs --check` builds and compares with
 * what is committed (exit 1 when it differs). Both exit 2 when the toolchain is absent; nothing is ever installed.
 *
 * Two cargos are needed. A current one resolves and vendors the crates of Cargo.lock; the one that belongs to rustc 1.63
 * compiles them offline, because that compiler emits plain MVP wasm (spec 03 §1.1) and newer cargos cannot drive it.
 * wasm-opt then folds the many equal functions that generic code leaves behind.
 *
 * @module
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const contracts = ["counter", "probe", "probe-v2", "receiver", "token", "v010-echo", "v010-probe", "v010-vault"];
const targetName = "wasm32-unknown-unknown";
const artifacts = join(here, "artifacts");
const target = join(here, "target");
const vendor = join(target, "vendor");
const checksums = join(artifacts, "checksums.sha256");

/** Programs; each can be named by the environment. */
const rustc = process.env.CONTRACTS_RUSTC ?? "/usr/bin/rustc";
const cargo = process.env.CONTRACTS_CARGO ?? "/usr/bin/cargo";
const vendorCargo = process.env.CONTRACTS_VENDOR_CARGO ?? "cargo";
const wasmOpt = process.env.CONTRACTS_WASM_OPT ?? "wasm-opt";

const compiled = (name) => join(target, targetName, "release", `enclavenet_${name.replaceAll("-", "_")}.wasm`);
const optimised = (name) => join(target, `${name}.wasm`);
const say = (text) => process.stdout.write(`${text}\n`);
const warn = (text) => process.stderr.write(`${text}\n`);
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** Runs a program in this folder; its output is shown, and a failure ends the build. */
function run(program, args, env = {}) {
  const done = spawnSync(program, args, { cwd: here, env: { ...process.env, ...env }, stdio: ["ignore", 2, 2] });
  if (done.error !== undefined || done.status !== 0) {
    warn(`contracts: ${program} ${args[0]} failed: ${done.error?.message ?? `exit ${done.status}`}`);
    process.exit(1);
  }
}

/** Says what is missing of the toolchain, or nothing. */
function missingTools() {
  const version = (program) => spawnSync(program, ["--version"], { encoding: "utf8" }).stdout ?? "";
  const missing = [];
  if (!version(rustc).startsWith("rustc 1.63.")) missing.push(`rustc 1.63 at ${rustc} (Debian 12: rustc)`);
  if (!version(cargo).startsWith("cargo 1.6"))
    missing.push(`the cargo of that compiler at ${cargo} (Debian 12: cargo)`);
  const libdir = spawnSync(rustc, ["--print", "target-libdir", "--target", targetName], { encoding: "utf8" });
  if (libdir.status !== 0 || !existsSync(libdir.stdout.trim())) {
    missing.push(`the standard library for ${targetName} (Debian 12: libstd-rust-dev-wasm32)`);
  }
  if (spawnSync("rust-lld", ["-flavor", "wasm", "--version"]).error !== undefined) {
    missing.push("rust-lld (Debian 12: lld-14)");
  }
  if (!version(wasmOpt).startsWith("wasm-opt version 108")) missing.push("wasm-opt 108 (Debian 12: binaryen)");
  if (!existsSync(vendor) && version(vendorCargo) === "") missing.push("a current cargo, to vendor the crates");
  return missing;
}

/** Puts the locked crates under `target/vendor`, unless they are there for this Cargo.lock. */
function vendorCrates() {
  const stamp = join(target, "vendor.stamp");
  const wanted = sha256(readFileSync(join(here, "Cargo.lock")));
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  rmSync(vendor, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  run(vendorCargo, ["vendor", "--locked", "--versioned-dirs", vendor]);
  writeFileSync(stamp, wanted);
}

/** Compiles every contract; the remapped prefixes keep this machine's paths out of panic messages. */
function compile() {
  const source = [
    "[source.crates-io]",
    'replace-with = "vendored"',
    "[source.vendored]",
    `directory = '${vendor}'`,
    "",
  ];
  const config = join(target, "vendor.toml");
  writeFileSync(config, source.join("\n"));
  // The last prefix that fits is the one that rustc uses.
  const remapped = [`--remap-path-prefix=${here}=contracts`, `--remap-path-prefix=${vendor}=crates`];
  // Optimised for speed with little inlining: smaller than what optimising for size gives, and it costs less gas.
  const flags = [...remapped, "-C", "llvm-args=-inline-threshold=25"];
  const options = ["--release", "--locked", "--offline", "-j1", "--target", targetName, "--target-dir", target];
  // One by one: built together, they would share the features of their dependencies.
  for (const name of contracts) {
    run(cargo, ["--config", config, "build", ...options, "-p", `enclavenet-${name}`], {
      RUSTC: rustc,
      CARGO_ENCODED_RUSTFLAGS: flags.join("\x1f"),
    });
    run(wasmOpt, ["--mvp-features", "-Oz", "--strip-producers", compiled(name), "-o", optimised(name)]);
  }
}

/** What was built, by contract name. */
function built() {
  return contracts.map((name) => ({ name, file: optimised(name), sum: sha256(readFileSync(optimised(name))) }));
}

const missing = missingTools();
if (missing.length > 0) {
  warn(`contracts: cannot build here, for lack of:\n  ${missing.join("\n  ")}`);
  process.exit(2);
}
vendorCrates();
compile();
const results = built();
const listing = results.map(({ name, sum }) => `${sum}  ${name}.wasm\n`).join("");
if (process.argv.includes("--check")) {
  const same = existsSync(checksums) && readFileSync(checksums, "utf8") === listing;
  say(
    same
      ? "contracts: the artefacts are reproduced"
      : `contracts: the artefacts differ; built:
${listing}`,
  );
  process.exit(same ? 0 : 1);
}
mkdirSync(artifacts, { recursive: true });
for (const { name, file } of results) copyFileSync(file, join(artifacts, `${name}.wasm`));
writeFileSync(checksums, listing);
process.stdout.write(listing);
