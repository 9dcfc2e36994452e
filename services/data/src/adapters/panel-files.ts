import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Files named after the SHA-256 of what is in them. */
export class PanelFiles {
  readonly #directory: string;

  /** @param directory - Made when the first file is written. */
  constructor(directory: string) {
    this.#directory = directory;
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
    return hash;
  }

  #path(hash: string): string {
    return join(this.#directory, hash.slice(0, 2), `${hash}.panel`);
  }
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
