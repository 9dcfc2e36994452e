import { execFile } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { chown, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { AppError } from "../app-error.ts";
import type { ServerBinaries } from "./server-binaries.ts";
import type { ServerUser } from "./server-user.ts";

/** A data directory and the password of its superuser, `postgres`. */
export interface Cluster {
  readonly dataDirectory: string;
  readonly password: string;
}

/** Name prefix of clusters that are still being made. */
const DRAFT_PREFIX = "new-";

const INITDB_TIMEOUT_MS = 120_000;

/** Environment of the server's programs: nothing of ours, so that no setting or secret leaks in. */
export const SERVER_ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  TZ: "UTC",
  LC_ALL: "C",
};

/** Path of the data directory, whether it exists or not. */
export function dataDirectoryIn(serverDirectory: string): string {
  return join(serverDirectory, "cluster", "data");
}

/**
 * Opens the cluster that an earlier start made.
 *
 * @param majorVersion - Major version of the programs that are to open it.
 * @returns Undefined when there is none.
 * @throws {AppError} `DATABASE_VERSION_MISMATCH`: another major version wrote it.
 */
export async function openCluster(
  serverDirectory: string,
  majorVersion: string,
): Promise<Cluster | undefined> {
  const dataDirectory = dataDirectoryIn(serverDirectory);
  const version = await readFile(join(dataDirectory, "PG_VERSION"), "utf8").catch(absentIfMissing);
  if (version === undefined) {
    return undefined;
  }
  if (version.trim() !== majorVersion) {
    throw new AppError(
      "failed-precondition",
      "DATABASE_VERSION_MISMATCH",
      `PostgreSQL ${version.trim()} wrote the data in ${dataDirectory}, and this release brings ` +
        `PostgreSQL ${majorVersion}. Run the earlier release to export them, or set DATABASE_URL.`,
    );
  }
  const password = await readFile(join(serverDirectory, "cluster", "password"), "utf8");
  return { dataDirectory, password: password.trim() };
}

/**
 * Makes an empty cluster with a random password, on disk when this returns.
 *
 * It is made under a draft name and renamed when whole, so an interruption leaves nothing that
 * a later start could take for a cluster. The caller holds the home directory's lock.
 */
export async function createCluster(
  serverDirectory: string,
  { initdb }: ServerBinaries,
  user: ServerUser | undefined,
): Promise<Cluster> {
  await removeDrafts(serverDirectory);
  const draft = join(serverDirectory, `${DRAFT_PREFIX}${randomUUID()}`);
  await mkdir(draft, { mode: 0o700 });
  const password = randomBytes(24).toString("base64url");
  const passwordFile = join(draft, "password");
  await writeDurably(passwordFile, password);
  if (user) {
    await chown(draft, user.uid, user.gid);
    await chown(passwordFile, user.uid, user.gid);
  }

  const dataDirectory = join(draft, "data");
  await runInitdb(initdb, serverDirectory, user, [
    ...["-D", dataDirectory, "--username=postgres", `--pwfile=${passwordFile}`],
    ...["--auth=scram-sha-256", "--encoding=UTF8", "--no-sync", "--no-instructions"],
    // The builtin provider sorts alike on every platform. Only glibc is sure to know C.UTF-8.
    ...["--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
    `--locale=${process.platform === "linux" ? "C.UTF-8" : "C"}`,
  ]);
  await runInitdb(initdb, serverDirectory, user, ["-D", dataDirectory, "--sync-only"]);
  await rename(draft, join(serverDirectory, "cluster"));
  await syncDirectory(serverDirectory);
  return { dataDirectory: dataDirectoryIn(serverDirectory), password };
}

async function runInitdb(
  initdb: string,
  workingDirectory: string,
  user: ServerUser | undefined,
  args: readonly string[],
): Promise<void> {
  try {
    await promisify(execFile)(initdb, args, {
      ...user,
      cwd: workingDirectory,
      timeout: INITDB_TIMEOUT_MS,
      killSignal: "SIGKILL",
      ...(process.platform === "win32" ? {} : { env: SERVER_ENVIRONMENT }),
    });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new AppError(
      "failed-precondition",
      "EMBEDDED_POSTGRES_FAILED",
      `initdb could not create the database: ${(stderr || message).trim()}`,
      { cause: error },
    );
  }
}

async function removeDrafts(serverDirectory: string): Promise<void> {
  for (const name of await readdir(serverDirectory)) {
    if (name.startsWith(DRAFT_PREFIX)) {
      await rm(join(serverDirectory, name), { recursive: true, force: true });
    }
  }
}

async function writeDurably(path: string, content: string): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === "win32") {
    return;
  }
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function absentIfMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") {
    throw error;
  }
}
