import { realpath } from "node:fs/promises";
import pg from "pg";
import type { Cluster } from "./cluster.ts";
import type { Postmaster } from "./postmaster.ts";
import {
  disownPostmasterFile,
  type PostmasterFile,
  readPostmasterFile,
} from "./postmaster-file.ts";
import { readProcessState } from "./process-state.ts";

const WATCH_INTERVAL_MS = 250;

/**
 * Finds a server that still runs on the data, left over from a process that died.
 *
 * A `postmaster.pid` whose process ended, or whose id now belongs to something else, is made
 * harmless on the way.
 */
export async function findRunningServer(
  dataDirectory: string,
): Promise<PostmasterFile | undefined> {
  const file = await readPostmasterFile(dataDirectory);
  if (file === undefined) {
    return undefined;
  }
  const state = await readProcessState(file.pid);
  // A postmaster's working directory is its data directory.
  const isOurs =
    state.kind === "alive" &&
    (process.platform !== "linux" || state.workingDirectory === (await realpath(dataDirectory)));
  if (isOurs) {
    return file;
  }
  await disownPostmasterFile(dataDirectory);
  return undefined;
}

/**
 * Takes over a running server if it answers with the cluster's password.
 *
 * @returns Undefined when it does not answer, or has begun to stop.
 */
export async function adoptServer(
  { dataDirectory, password }: Cluster,
  { pid, port, isReady }: PostmasterFile,
): Promise<Postmaster | undefined> {
  if (!isReady || port === undefined || !(await answers(port, password))) {
    return undefined;
  }
  const now = await readPostmasterFile(dataDirectory);
  return now?.pid === pid && now.isReady ? { pid, port, exited: watchExit(pid) } : undefined;
}

async function answers(port: number, password: string): Promise<boolean> {
  const client = new pg.Client({
    ...{ host: "127.0.0.1", port, user: "postgres", password, database: "postgres" },
    connectionTimeoutMillis: 2_000,
  });
  // A connection that breaks later has no bearing on the answer.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Polls, because only a parent is told of its child's end. Does not keep the process running. */
async function watchExit(pid: number): Promise<void> {
  while ((await readProcessState(pid)).kind === "alive") {
    await new Promise((resolve) => setTimeout(resolve, WATCH_INTERVAL_MS).unref());
  }
}
