import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Suites against servers of their own, which they kill: one after the other.
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  ssr: { resolve: { conditions: ["source"] } },
  resolve: { conditions: ["source"] },
  test: {
    include: ["test/faults/**/*.test.ts"],
    fileParallelism: false,
    globalSetup: ["packages/platform/src/testing/postgres-global-setup.ts"],
    testTimeout: 120_000,
    hookTimeout: 150_000,
  },
});
