import { loadEnv } from "vite";
import { defineConfig } from "vitest/config";

// Drives a running system in Chromium:
//   BASE_URL=http://127.0.0.1:8080 npx vitest run --config vitest.e2e.config.ts
const { BASE_URL } = loadEnv("test", ".", "BASE_URL");

export default defineConfig({
  test: {
    include: ["test/e2e/**/*.e2e.ts"],
    provide: { baseUrl: BASE_URL ?? "http://127.0.0.1:8080" },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One browser at a time: the suites measure and take pictures.
    fileParallelism: false,
  },
});
