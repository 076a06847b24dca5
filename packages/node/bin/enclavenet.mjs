#!/usr/bin/env node
/** Launcher of the `enclavenet` command; kept apart from dist/ so that npm can link it before the first build. */

async function run() {
  try {
    // Before anything large is loaded: V8 gives memory back only reluctantly.
    const { boundHeaps } = await import("../dist/heap.js");
    boundHeaps();
    await import("../dist/bundles/cli.mjs");
  } catch (error) {
    if (error?.code !== "ERR_MODULE_NOT_FOUND") throw error;
    console.error("enclavenet is not built yet. Run `npm run build` in the repository first.");
    process.exitCode = 1;
  }
}

// The enclave's process is joined to the node by FIFOs and started by /bin/sh (docs/platforms.md).
if (process.platform === "win32") {
  console.error(
    "enclavenet: the enclave needs a POSIX system, which Windows is not\n  run it in WSL 2: docs/platforms.md",
  );
  process.exitCode = 1;
} else await run();
