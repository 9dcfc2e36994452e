import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** One forward step of a schema. */
export interface Migration {
  /** Position from 1, without gaps. */
  readonly number: number;
  /** File name, such as `0001-create-price.sql`. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the SQL with line feeds as line ends, in hexadecimal. */
  readonly checksum: string;
}

/** The migrations on disk or in the database are not what they must be. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

const FILE_NAME = /^(\d{4})-[a-z0-9-]+\.sql$/;

/**
 * Reads the migrations of a directory in order.
 *
 * @param directory - Holds files such as `0001-create-price.sql` and nothing else that ends in `.sql`.
 * @throws {MigrationError} A name is malformed, or the numbers do not run 1, 2, 3 ….
 */
export async function readMigrations(directory: string): Promise<readonly Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const digits = FILE_NAME.exec(name)?.[1];
      if (Number(digits) !== index + 1) {
        const expected = String(index + 1).padStart(4, "0");
        throw new MigrationError(`expected migration ${expected}-<name>.sql, found ${name}`);
      }
      const sql = (await readFile(join(directory, name), "utf8")).replaceAll("\r\n", "\n");
      const checksum = createHash("sha256").update(sql).digest("hex");
      return { number: index + 1, name, sql, checksum };
    }),
  );
}
