import type { TestProject } from "vitest/node";
import { removeHome, startSystem } from "../../../test/system/start-system.ts";

/** Names the system under test to every suite: `SYSTEM_URL`, or a fresh one that is stopped afterwards. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env["SYSTEM_URL"];
  if (given !== undefined) {
    project.provide("baseUrl", given);
    return async () => undefined;
  }
  const system = await startSystem();
  project.provide("baseUrl", system.url);
  return async () => {
    await system.stop();
    await removeHome(system.homeDirectory);
  };
}
