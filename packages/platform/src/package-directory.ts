import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Finds the directory of the package that a module belongs to, whether it runs as source or
 * compiled. For files that are no modules, such as migrations.
 *
 * @param moduleUrl - `import.meta.url`.
 *
 * @example
 * join(packageDirectory(import.meta.url), "migrations")
 */
export function packageDirectory(moduleUrl: string): string {
  const start = dirname(fileURLToPath(moduleUrl));
  for (let directory = start; ; directory = dirname(directory)) {
    if (existsSync(join(directory, "package.json"))) {
      return directory;
    }
    if (directory === dirname(directory)) {
      throw new Error(`no package.json above ${start}`);
    }
  }
}
