import { defineConfig } from "vitest/config";

// Drives the system in Chromium: the one at SYSTEM_URL, or one that the suite starts for itself.
export default defineConfig({
  test: {
    include: ["test/e2e/**/*.e2e.ts"],
    globalSetup: ["test/e2e/system-setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // One browser at a time: the suites measure and take pictures.
    fileParallelism: false,
  },
});
