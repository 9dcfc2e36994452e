import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import tailwindcss from "@tailwindcss/vite";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";
import { fontPreload } from "./scripts/font-preload.ts";
import { precompress } from "./scripts/precompress.ts";

// Where `npm start` listens; the development server hands every call on to it.
const GATEWAY = "http://127.0.0.1:8080";

function source(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

export default defineConfig({
  plugins: [tailwindcss(), svelte(), svelteTesting(), fontPreload(), precompress()],
  server: {
    host: "127.0.0.1",
    port: 5173,
    proxy: { "^/portfolio\\..+": { target: GATEWAY, changeOrigin: true } },
  },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: "framework",
              test: /node_modules[\\/](svelte|esm-env|sv-router|@tanstack)[\\/]/u,
            },
            {
              name: "charts",
              test: /node_modules[\\/](d3-|internmap|robust-predicates|delaunator)|src[\\/]lib[\\/](charts|frontier)/u,
            },
            // Apart: together they would be one large script.
            { name: "contract-training", test: /gen[\\/]ts[\\/]src[\\/]portfolio[\\/]training/u },
            { name: "contract", test: /gen[\\/]ts[\\/]src/u },
            { name: "protobuf", test: /node_modules[\\/](@bufbuild|@connectrpc)/u },
          ],
        },
      },
    },
  },
  test: {
    environment: "jsdom",
    // The mock system runs the sources of the optimizer.
    alias: [
      { find: "@portfolio/learning", replacement: source("../packages/learning/src/index.ts") },
      { find: "@portfolio/quant", replacement: source("../packages/quant/src/index.ts") },
      {
        find: /^@portfolio\/platform\/(.+)$/u,
        replacement: source("../packages/platform/src/$1.ts"),
      },
    ],
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "scripts/**/*.test.ts"],
    setupFiles: ["../test/property-seed.ts", "test/setup.ts"],
    testTimeout: 20_000,
  },
});
