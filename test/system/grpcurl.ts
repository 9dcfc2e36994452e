import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";

/** Whether the real grpcurl is on the path. In CI it must be: its suites then fail without it. */
export const hasGrpcurl = process.env["CI"] === "true" || isInstalled();

function isInstalled(): boolean {
  try {
    execFileSync("grpcurl", ["-version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const runFile = promisify(execFile);

/** Calls a method with the real grpcurl, which learns the contract by reflection. */
export async function grpcurl(address: string, method: string, request: unknown): Promise<unknown> {
  const args = ["-plaintext", "-d", JSON.stringify(request), address, method];
  const { stdout } = await runFile("grpcurl", args, { maxBuffer: 64 << 20 });
  return JSON.parse(stdout);
}

/** Lists services or methods with the real grpcurl. */
export async function grpcurlList(address: string, ...args: string[]): Promise<string[]> {
  const { stdout } = await runFile("grpcurl", ["-plaintext", address, "list", ...args]);
  return stdout.trim().split("\n");
}
