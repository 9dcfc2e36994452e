import { execFile, spawn } from "node:child_process";
import { type FileHandle, open, rename, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { promisify } from "node:util";
import { SERVER_ENVIRONMENT } from "./cluster.ts";
import { readPostmasterFile } from "./postmaster-file.ts";
import { waitForExit } from "./process-state.ts";
import type { ServerUser } from "./server-user.ts";

/** A running server's main process. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** Resolves when the process has ended, for whatever reason. */
  readonly exited: Promise<void>;
}

export interface PostmasterOptions {
  /** Path of the `postgres` program. */
  readonly program: string;
  readonly user: ServerUser | undefined;
  readonly dataDirectory: string;
  /** Receives what the server writes; kept below 10 MB per start. */
  readonly logFile: string;
  /** TCP port on 127.0.0.1. A free one is chosen when undefined. */
  readonly port: number | undefined;
  /** Server parameters beyond ours, such as `{ fsync: "off" }`. */
  readonly settings: Readonly<Record<string, string>>;
}

export type LaunchOutcome =
  | { readonly kind: "ready"; readonly postmaster: Postmaster }
  /** It ended before it took connections; `output` is what it said. */
  | { readonly kind: "ended"; readonly output: string };

const POLL_INTERVAL_MS = 5;
const LOG_BYTES_MAX = 10 * 2 ** 20;
/** Crash recovery replays the log first, so a start may rightly take long. */
const START_TIMEOUT_MS = 300_000;
const STOP_STEPS = [
  { signal: "SIGINT", waitMs: 15_000 },
  { signal: "SIGQUIT", waitMs: 5_000 },
  { signal: "SIGKILL", waitMs: 2_000 },
] as const;

/**
 * Starts the server on a loopback port and waits until it takes connections.
 *
 * It gets a session of its own, so that Ctrl-C reaches only us and we stop it last. On Linux it is
 * told to stop when the thread that called this ends, even by SIGKILL.
 */
export async function launchPostmaster(options: PostmasterOptions): Promise<LaunchOutcome> {
  const port = options.port ?? (await findFreePort());
  const [command = options.program, ...prefix] = await parentDeathCommand();
  const programArgs = serverArguments(options, port);
  const args = prefix.length > 0 ? [...prefix, options.program, ...programArgs] : programArgs;
  const log = await openLog(options.logFile);
  try {
    const { size: logStart } = await log.stat();
    const child = spawn(command, args, {
      ...options.user,
      cwd: options.dataDirectory,
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
      ...(process.platform === "win32" ? {} : { env: SERVER_ENVIRONMENT }),
    });
    let isRunning = true;
    let spawnFailure = "";
    const exited = new Promise<void>((resolve) => {
      child.once("error", (error) => {
        spawnFailure = error.message;
        resolve();
      });
      child.once("exit", () => resolve());
    }).then(() => {
      isRunning = false;
    });
    child.unref();

    const { pid } = child;
    const isUp =
      pid !== undefined && (await waitUntilReady(options.dataDirectory, pid, () => isRunning));
    if (isUp) {
      return { kind: "ready", postmaster: { pid, port, exited } };
    }
    return { kind: "ended", output: spawnFailure || (await readFrom(log, logStart)) };
  } finally {
    await log.close();
  }
}

/**
 * Stops the server: politely first (connections are cut, data are flushed), harder if it hangs.
 * Bounded to 22 s. No committed data are lost at any step.
 */
export async function stopPostmaster({ pid }: Postmaster): Promise<void> {
  for (const { signal, waitMs } of STOP_STEPS) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    if (await waitForExit(pid, waitMs)) {
      return;
    }
  }
}

function serverArguments({ dataDirectory, settings }: PostmasterOptions, port: number): string[] {
  const parameters = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    ...settings,
  };
  return [
    ...["-D", dataDirectory, "-p", `${port}`],
    ...Object.entries(parameters).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
}

/**
 * Command that starts another one and has it stopped when its parent dies, if there is one.
 *
 * @see setpriv(1), prctl(2) under PR_SET_PDEATHSIG.
 */
async function parentDeathCommand(): Promise<readonly string[]> {
  const command = ["setpriv", "--pdeathsig", "INT"] as const;
  const [program, ...args] = command;
  try {
    await promisify(execFile)(program, [...args, "true"], { timeout: 5_000 });
    return command;
  } catch {
    return [];
  }
}

async function waitUntilReady(
  dataDirectory: string,
  pid: number,
  isRunning: () => boolean,
): Promise<boolean> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (isRunning() && performance.now() < deadline) {
    const file = await readPostmasterFile(dataDirectory);
    if (file?.pid === pid && file.isReady) {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
  }
  return false;
}

async function openLog(path: string): Promise<FileHandle> {
  const size = await stat(path).then(
    (stats) => stats.size,
    () => 0,
  );
  if (size > LOG_BYTES_MAX) {
    await rename(path, `${path}.1`);
  }
  return open(path, "a+", 0o600);
}

async function readFrom(file: FileHandle, position: number): Promise<string> {
  const { size } = await file.stat();
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - position), 0, null, position);
  return buffer.toString("utf8", 0, bytesRead).trim();
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
