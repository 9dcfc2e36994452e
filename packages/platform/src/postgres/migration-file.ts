import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** One forward step of a schema. */
export interface Migration {
  /** From 1; each number once. Areas of work may leave gaps for each other. */
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
 * @throws {MigrationError} A name is malformed, or two have the same number.
 */
export async function readMigrations(directory: string): Promise<readonly Migration[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(".sql")).sort();
  const numbers = names.map(numberOf);
  return Promise.all(
    names.map(async (name, index) => {
      const number = numbers[index] ?? 0;
      if (index > 0 && number === numbers[index - 1]) {
        throw new MigrationError(`${names[index - 1]} and ${name} have the same number`);
      }
      const sql = (await readFile(join(directory, name), "utf8")).replaceAll("\r\n", "\n");
      const checksum = createHash("sha256").update(sql).digest("hex");
      return { number, name, sql, checksum };
    }),
  );
}

function numberOf(name: string): number {
  const number = Number(FILE_NAME.exec(name)?.[1]);
  if (!(number >= 1)) {
    throw new MigrationError(`expected migration 0001-<name>.sql, found ${name}`);
  }
  return number;
}
