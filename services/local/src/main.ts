// Runs the whole system in one process: `npm start`. Nothing else here has side effects on import.
import { createLogger } from "@portfolio/platform/logger";
import { processSignal } from "@portfolio/platform/process-signal";
import { loadConfig } from "./config.ts";
import { runSystem } from "./run-system.ts";
import { startFailureText } from "./start-failure.ts";

const shutdownSignal = processSignal();
try {
  const config = loadConfig(process.env);
  const log = createLogger({ name: "local", level: config.logLevel });
  await runSystem({
    config,
    log,
    shutdownSignal,
    print: (line) => process.stdout.write(`${line}\n`),
  });
} catch (error) {
  process.stderr.write(`\n${startFailureText(error)}\n`);
  process.exitCode = 1;
}
