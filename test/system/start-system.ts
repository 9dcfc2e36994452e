import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const repositoryRoot = fileURLToPath(new URL("../..", import.meta.url));

const READY_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 20_000;

/** The system as `npm start` runs it, in its own process group. */
export interface RunningSystem {
  /** Address of the gateway, such as `http://127.0.0.1:41234`. */
  readonly url: string;
  /** `host:port` of a service's own gRPC port. */
  readonly grpcAddress: Readonly<Record<"data" | "optimization" | "jobs" | "training", string>>;
  readonly homeDirectory: string;
  /** All that the process has printed. */
  output(): string;
  /** Stops in order, as Ctrl-C does. */
  stop(): Promise<void>;
  /** Kills the whole process group at once, database included. */
  kill(): Promise<void>;
}

/** Starts the built system on free ports and waits until it says that it is ready. */
export async function startSystem(
  options: { homeDirectory?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<RunningSystem> {
  const homeDirectory =
    options.homeDirectory ?? (await mkdtemp(join(tmpdir(), "portfolio-system-")));
  // A page that is built under Vitest's own environment does not mount.
  const { VITEST: _vitest, NODE_ENV: _mode, ...environment } = process.env;
  const child = spawn(process.execPath, ["scripts/start.mjs"], {
    cwd: repositoryRoot,
    env: {
      ...environment,
      PORT: "0",
      DATA_GRPC_PORT: "0",
      OPTIMIZATION_GRPC_PORT: "0",
      JOBS_GRPC_PORT: "0",
      TRAINING_GRPC_PORT: "0",
      PORTFOLIO_HOME: homeDirectory,
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  }
  await untilReady(child, () => text);
  return {
    url: find(text, /(http:\/\/\S+)/),
    grpcAddress: {
      data: find(text, /data\s+gRPC\s+(\S+)/),
      optimization: find(text, /optimization\s+gRPC\s+(\S+)/),
      jobs: find(text, /jobs\s+gRPC\s+(\S+)/),
      training: find(text, /training\s+gRPC\s+(\S+)/),
    },
    homeDirectory,
    output: () => text,
    stop: () => endProcess(child, () => child.kill("SIGTERM")),
    kill: () => endProcess(child, () => process.kill(-(child.pid ?? 0), "SIGKILL")),
  };
}

/** Removes the data of a system that has stopped. */
export async function removeHome(homeDirectory: string): Promise<void> {
  await rm(homeDirectory, { recursive: true, force: true, maxRetries: 5 });
}

async function untilReady(child: ChildProcess, output: () => string): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!/Stop with Ctrl-C/.test(output())) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`The system did not start:\n${output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function find(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`${pattern} is not in:\n${text}`);
  return found;
}

async function endProcess(child: ChildProcess, end: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  end();
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}
