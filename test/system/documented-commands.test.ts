// Runs the commands that the README and the examples tell a reader to run, as written but for the ports.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasGrpcurl } from "./grpcurl.ts";
import { type RunningSystem, removeHome, repositoryRoot, startSystem } from "./start-system.ts";

const runFile = promisify(execFile);
const readme = readFileSync(join(repositoryRoot, "README.md"), "utf8");
const commands = [...readme.matchAll(/```sh\n((?:curl|grpcurl)[\s\S]*?)```/g)].map(
  ([, command = ""]) => command.trim(),
);

let system: RunningSystem;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(async () => {
  await system.stop();
  await removeHome(system.homeDirectory);
});

describe("README.md", () => {
  it("shows commands for curl and grpcurl", () => {
    expect(commands.filter((command) => command.startsWith("curl")).length).toBeGreaterThan(1);
    expect(commands.filter((command) => command.startsWith("grpcurl")).length).toBeGreaterThan(2);
  });

  const runnable = commands.filter((command) => hasGrpcurl || !command.startsWith("grpcurl"));

  it.each(runnable)("has a command that works: %s", async (command) => {
    const onThisSystem = command
      .replaceAll("127.0.0.1:8080", new URL(system.url).host)
      .replaceAll("127.0.0.1:50052", system.grpcAddress.optimization);

    const { stdout } = await runFile("bash", ["-c", onThisSystem]);

    expect(stdout).toMatch(/weight|portfolio\.optimization|insertedCount|turningPoints|"job":/);
    expect(stdout).not.toMatch(/"code"\s*:/);
  });
});

describe("docs/examples", () => {
  it("has a TypeScript client that prints weights", async () => {
    const tsx = join(repositoryRoot, "node_modules/tsx/dist/cli.mjs");
    const example = join(repositoryRoot, "docs/examples/typescript-client.ts");

    const { stdout } = await runFile(process.execPath, [tsx, example, system.url]);

    expect(stdout).toMatch(/^AAPL +\d+\.\d\d %$/m);
    expect(stdout).toMatch(/Sharpe ratio \d\.\d{3}/);
  });
});
