// `npm start`: installs, builds and runs the whole system in one process.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { prepare, root } from "./prepare.mjs";

const log = (line) => process.stdout.write(`${line}\n`);

try {
  const phases = await prepare({ log });
  for (const { name, durationMs } of phases) log(`  ${name}: ${(durationMs / 1000).toFixed(1)} s`);
} catch (error) {
  process.stderr.write(`\n${error.message}\n`);
  process.exit(1);
}
await import(pathToFileURL(join(root, "services", "local", "dist", "src", "main.js")).href);
