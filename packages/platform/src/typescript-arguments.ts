import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/**
 * Node arguments that let a thread or a process run TypeScript sources, as tests do: the `tsx`
 * loader, and the `source` condition by which our packages resolve to their sources.
 */
export function typeScriptArguments(): string[] {
  const tsx = createRequire(import.meta.url).resolve("tsx");
  return ["--conditions=source", "--import", pathToFileURL(tsx).href];
}
