/**
 * Both backends under the compliance suite.
 * @module
 */
import { LmdbBackend, MemoryBackend } from "@enclavenet/store";
import { backendCompliance } from "../compliance/backend-compliance.ts";

backendCompliance({
  name: "memory",
  open: () => new MemoryBackend(),
  reopen: (closed) => (closed as MemoryBackend).reopen(),
});

backendCompliance({
  name: "lmdb",
  open: (path) => new LmdbBackend({ path }),
  reopen: (_, path) => new LmdbBackend({ path }),
});
