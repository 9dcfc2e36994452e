import { createRequire } from "node:module";
import { ConfigError } from "@portfolio/platform/env-reader";
import { createLogger } from "@portfolio/platform/logger";
import { processSignal } from "@portfolio/platform/process-signal";
import { loadConfig } from "./config.ts";
import { runGateway } from "./run-gateway.ts";

const require = createRequire(import.meta.url);
const { version } = require("@portfolio/gateway/package.json") as { version: string };

try {
  const config = loadConfig(process.env);
  const log = createLogger({ name: "gateway", level: config.logLevel });
  await runGateway(config, { log, version, signal: processSignal() });
} catch (error) {
  if (!(error instanceof ConfigError)) {
    throw error;
  }
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
