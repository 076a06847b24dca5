import { defineConfig } from "vitest/config";

/**
 * Tests read TypeScript sources directly through the `@enclavenet/source` condition. "import" is not named here: Vitest
 * hands these conditions on to Node, where they would make `require` choose ES modules.
 */
const conditions = ["@enclavenet/source", "node"];

/** One after the other: these start nodes, and have two processors between them. */
const WHOLE = ["tests/**/*.test.ts", "packages/node/test/**/*.test.ts", "contracts/test/**/*.test.ts"];
/** Two at a time, before the others. */
const PARTS = ["packages/*/test/**/*.test.ts", "tests/lying-host/**/*.test.ts"];
const DEPENDENCIES = ["**/node_modules/**", "**/dist/**"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: "forks",
    projects: [
      {
        extends: true,
        test: {
          name: "parts",
          include: PARTS,
          exclude: [...DEPENDENCIES, "packages/node/**"],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "whole",
          include: WHOLE,
          exclude: [...DEPENDENCIES, "tests/lying-host/**"],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
