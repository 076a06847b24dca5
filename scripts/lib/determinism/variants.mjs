/** The forms in which the same chain is run: releases of Node, tiers of V8, both enclaves, both stores. */

/** Releases, one per major version that the project runs on. */
export const NODE_VERSIONS = { 20: "20.20.2", 22: "22.23.3", 24: "24.21.0", 26: "26.12.1" };

/**
 * Forms for one release. Flags go to the process that runs the contracts and to the one that runs the chain: baseline wasm
 * code only, optimised wasm code only, optimised at once instead of when hot, JavaScript without optimiser, JavaScript
 * compiled at once.
 */
const FORMS = [
  { enclave: "in-process", store: "memory", flags: [] },
  { enclave: "in-process", store: "memory", flags: ["--liftoff-only"] },
  { enclave: "in-process", store: "memory", flags: ["--no-liftoff"] },
  { enclave: "in-process", store: "memory", flags: ["--no-wasm-dynamic-tiering"] },
  { enclave: "in-process", store: "memory", flags: ["--no-opt"] },
  { enclave: "in-process", store: "lmdb", flags: ["--always-sparkplug"] },
  { enclave: "process", store: "lmdb", flags: [] },
  { enclave: "process", store: "memory", flags: ["--liftoff-only"] },
  { enclave: "process", store: "memory", flags: ["--no-liftoff"] },
];

/** The few that stand for all, for every change. */
const QUICK_FORMS = [
  { enclave: "in-process", store: "memory", flags: [] },
  { enclave: "in-process", store: "memory", flags: ["--liftoff-only", "--no-opt"] },
  { enclave: "process", store: "lmdb", flags: ["--no-liftoff"] },
];

/** Every form on every given Node. The first one is what the others are compared with. */
export function variants(nodes, { quick }) {
  return nodes.flatMap((node) => (quick ? QUICK_FORMS : FORMS).map((form) => ({ node, ...form })));
}

/** A variant in one line. */
export function variantName({ node, enclave, store, flags }) {
  return [`node ${node.version}`, enclave, store, ...flags].join(", ");
}
