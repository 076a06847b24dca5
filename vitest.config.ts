import { defineConfig } from "vitest/config";

/** Unit, vector and compliance tests read TypeScript sources directly through the `@enclavenet/source` condition. */
const conditions = ["@enclavenet/source", "node", "import", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "tests/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: "forks",
  },
});
