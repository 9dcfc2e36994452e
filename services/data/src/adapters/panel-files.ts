import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Files named after the SHA-256 of what is in them. */
export class PanelFiles {
  readonly #directory: string;
  readonly #bytesMax: number;

  /**
   * @param directory - Made when the first file is written.
   * @param bytesMax - Most that all files may take; beyond it the oldest go.
   */
  constructor(directory: string, bytesMax: number) {
    this.#directory = directory;
    this.#bytesMax = bytesMax;
  }

  /** @returns Undefined when there is no such file, or it is damaged. */
  async read(hash: string): Promise<Uint8Array | undefined> {
    const bytes = await readFile(this.#path(hash)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") {
        return undefined;
      }
      throw error;
    });
    return bytes !== undefined && hashOf(bytes) === hash ? bytes : undefined;
  }

  /** Stores bytes: afterwards the whole file is on disk, even if the machine stops. */
  async write(bytes: Uint8Array): Promise<string> {
    const hash = hashOf(bytes);
    const path = this.#path(hash);
    await mkdir(dirname(path), { recursive: true });
    const draft = `${path}.${randomUUID()}`;
    try {
      const file = await open(draft, "wx");
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    await this.#removeOldest();
    return hash;
  }

  async #removeOldest(): Promise<void> {
    const names = await readdir(this.#directory, { recursive: true });
    const paths = names
      .filter((name) => name.includes(".panel"))
      .map((name) => join(this.#directory, name));
    // Another process may remove files at the same time.
    const found = await Promise.all(
      paths.map(async (path) => ({ path, stats: await stat(path).catch(() => undefined) })),
    );
    const files = found.flatMap(({ path, stats }) => (stats ? [{ path, stats }] : []));
    let bytes = files.reduce((total, { stats }) => total + stats.size, 0);
    for (const { path, stats } of files.toSorted((a, b) => a.stats.mtimeMs - b.stats.mtimeMs)) {
      if (bytes <= this.#bytesMax) {
        return;
      }
      await rm(path, { force: true });
      bytes -= stats.size;
    }
  }

  #path(hash: string): string {
    return join(this.#directory, hash.slice(0, 2), `${hash}.panel`);
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
