/** The forms in which the same chain is run: releases of Node, tiers of V8, both enclaves, both stores. */

/** Releases, one per major version that the project runs on. */
export const NODE_VERSIONS = { 20: "20.20.2", 22: "22.23.3", 24: "24.21.0", 26: "26.12.1" };

/** What the forms differ from: the plainest. */
const PLAIN = { enclave: "in-process", store: "memory", instances: "pooled", signatures: "wasm", restartEvery: 0 };
const NODE = { ...PLAIN, enclave: "process", store: "lmdb", signatures: "native" };

/**
 * Forms for one release. Flags go to the process that runs the chain and to the one that runs the contracts: baseline wasm
 * code only, optimised wasm code only, optimised at once instead of when hot, JavaScript without optimiser, JavaScript
 * compiled at once.
 */
const FORMS = [
  { ...PLAIN, flags: [] },
  { ...PLAIN, instances: "fresh", signatures: "native", flags: ["--liftoff-only"] },
  { ...PLAIN, store: "lmdb", restartEvery: 20, flags: ["--no-liftoff"] },
  { ...PLAIN, instances: "fresh", flags: ["--no-wasm-dynamic-tiering", "--always-sparkplug"] },
  { ...PLAIN, signatures: "native", restartEvery: 20, flags: ["--no-opt"] },
  { ...NODE, flags: [] },
  { ...NODE, restartEvery: 20, flags: ["--liftoff-only", "--no-opt"] },
  { ...NODE, store: "memory", signatures: "wasm", flags: ["--no-liftoff"] },
];

/** The few that stand for all, for every change. */
const QUICK_FORMS = [
  { ...PLAIN, flags: [] },
  { ...PLAIN, instances: "fresh", restartEvery: 5, flags: ["--liftoff-only", "--no-opt"] },
  { ...NODE, flags: ["--no-liftoff"] },
];

/**
 * Every form on every given Node, form by form; with `spread`, each form on one of them in turn. The first one is what the
 * others are compared with.
 */
export function variants(nodes, { quick, spread }) {
  return (quick ? QUICK_FORMS : FORMS).flatMap((form, i) => {
    const chosen = spread ? [nodes[i % nodes.length]] : nodes;
    return chosen.map((node) => ({ node, ...form }));
  });
}

/** A variant in one line. */
export function variantName({ node, enclave, store, instances, signatures, restartEvery, flags }) {
  const restarts = restartEvery > 0 ? ["restarts"] : [];
  return [`node ${node.version}`, enclave, store, instances, `${signatures} signatures`, ...restarts, ...flags].join(
    ", ",
  );
}
