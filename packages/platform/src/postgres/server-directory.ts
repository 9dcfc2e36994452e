import { randomUUID } from "node:crypto";
import { chmod, mkdir, readFile, realpath, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Logger } from "../logger.ts";
import { canTraverse, type ServerUser } from "./server-user.ts";

const LOCATION_FILE = "location";

/**
 * Chooses the folder for a new server's data and, if need be, its programs: `<home>/postgres`.
 *
 * When root's home directory is closed to the server's account (`/root` is on most systems), the
 * folder lies under `systemDirectory` instead, and `<home>/postgres/location` says where.
 *
 * @param home - Absolute path of the home directory, which exists.
 * @returns An existing directory that the account may enter.
 */
export async function chooseServerDirectory(
  home: string,
  user: ServerUser | undefined,
  systemDirectory: string,
  log: Logger,
): Promise<string> {
  const preferred = join(home, "postgres");
  await makeEnterable(preferred);
  if (user === undefined || (await canTraverse(await realpath(preferred), user))) {
    return preferred;
  }
  // A name of its own each time: after the home directory is deleted, old data must not be in the way.
  const chosen = join(systemDirectory, `${basename(home).replace(/^\.+/, "")}-${randomUUID()}`);
  await makeEnterable(chosen);
  await writeFile(join(preferred, LOCATION_FILE), `${chosen}\n`);
  log.warn({ directory: chosen }, "the database lies outside the home directory, which is private");
  return chosen;
}

/** Path of the folder that an earlier start chose, or else would choose first. */
export async function findServerDirectory(home: string): Promise<string> {
  const preferred = join(home, "postgres");
  const recorded = await readFile(join(preferred, LOCATION_FILE), "utf8").catch(() => undefined);
  return recorded?.trim() ?? preferred;
}

/** Creates what is missing of a path, open to enter and list whatever the umask. */
export async function makeEnterable(directory: string): Promise<void> {
  const firstCreated = await mkdir(directory, { recursive: true });
  for (
    let path = directory;
    firstCreated && path.startsWith(firstCreated);
    path = join(path, "..")
  ) {
    await chmod(path, 0o755);
  }
}
