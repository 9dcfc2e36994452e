import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What a running or crashed server says of itself in `postmaster.pid`. */
export interface PostmasterFile {
  readonly pid: number;
  /** TCP port; undefined while the server has not opened it yet. */
  readonly port: number | undefined;
  /** True once the server takes connections, and until it begins to stop. */
  readonly isReady: boolean;
}

/**
 * Reads `postmaster.pid` of a data directory. @returns Undefined when there is none.
 *
 * @see PostgreSQL source, `src/include/utils/pidfile.h`: line 1 pid, 4 port, 8 status.
 */
export async function readPostmasterFile(
  dataDirectory: string,
): Promise<PostmasterFile | undefined> {
  const text = await readFile(pathIn(dataDirectory), "utf8").catch(() => undefined);
  const lines = text?.split("\n") ?? [];
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) {
    return undefined;
  }
  const port = Number(lines[3]);
  return { pid, port: port > 0 ? port : undefined, isReady: lines[7]?.trim() === "ready" };
}

/**
 * Makes the server ignore a `postmaster.pid` whose process id now belongs to something else.
 *
 * PostgreSQL takes the file as stale when it names the new server's parent, which is this process.
 * Unlike removing the file, this keeps the line with the shared memory key, by which the server
 * still notices backends that outlived their postmaster.
 *
 * @see PostgreSQL source, `CreateLockFile` in `src/backend/utils/init/miscinit.c`.
 */
export async function disownPostmasterFile(dataDirectory: string): Promise<void> {
  const path = pathIn(dataDirectory);
  const [, ...rest] = (await readFile(path, "utf8")).split("\n");
  await writeFile(path, [process.pid, ...rest].join("\n"));
}

function pathIn(dataDirectory: string): string {
  return join(dataDirectory, "postmaster.pid");
}
