import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The checkout that this file runs from: the nearest folder above that has a lockfile. */
function findRepository(): string {
  let folder = import.meta.dirname;
  while (dirname(folder) !== folder) {
    if (isRepository(folder)) return folder;
    folder = dirname(folder);
  }
  throw new Error("services/local runs only inside a checkout of the repository.");
}

function isRepository(folder: string): boolean {
  try {
    return readPackage(folder).workspaces !== undefined;
  } catch {
    return false;
  }
}

function readPackage(folder: string): { version: string; workspaces?: string[] } {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

const repository = findRepository();

/** Folders of the repository that a running system reads, and its version. */
export const folders = {
  /** The bundled sample dataset. */
  sample: join(repository, "data"),
  /** The built web page. */
  web: join(repository, "web", "dist"),
  version: readPackage(repository).version,
};
