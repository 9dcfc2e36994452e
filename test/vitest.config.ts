import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Whole-system suites: each starts the built system as a user would, so they run one after the other.
export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/faults/**"],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
