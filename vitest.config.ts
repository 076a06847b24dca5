import { defineConfig } from "vitest/config";

/**
 * Tests read TypeScript sources directly through the `@enclavenet/source` condition. "import" is not named here: Vitest
 * hands these conditions on to Node, where they would make `require` choose ES modules.
 */
const conditions = ["@enclavenet/source", "node"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "contracts/test/**/*.test.ts", "tests/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: "forks",
  },
});
