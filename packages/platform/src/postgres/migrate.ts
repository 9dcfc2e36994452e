import { createHash } from "node:crypto";
import pg from "pg";
import type { Logger } from "../logger.ts";
import { translateDatabaseError } from "./database-error.ts";
import { type Migration, MigrationError, readMigrations } from "./migration-file.ts";

export interface MigrateOptions {
  /** Connection URL of a role that may create the schema. */
  readonly url: string;
  /** The service's schema, lower case with underscores. Created if missing. */
  readonly schema: string;
  /** Directory of numbered files, see `readMigrations`. */
  readonly directory: string;
  readonly log: Logger;
}

interface AppliedMigration {
  readonly number: number;
  readonly name: string;
  readonly checksum: string;
}

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Brings a schema up to date: runs the files that it has not seen, each in a transaction of its
 * own together with its row in `<schema>.schema_migration`.
 *
 * Unqualified names in the files mean the service's schema. Any number of processes may call this
 * at once: one works, the others wait and then find it done. A schema that is ahead of the files
 * (a newer release ran already) is left alone.
 *
 * @returns Names of the migrations that this call applied.
 * @throws {MigrationError} A file that was applied has changed, or one fails.
 * @throws {AppError} `DATABASE_UNAVAILABLE`.
 */
export async function migrate(options: MigrateOptions): Promise<readonly string[]> {
  if (!/^[a-z][a-z0-9_]*$/.test(options.schema)) {
    throw new MigrationError(`"${options.schema}" is not a lower-case schema name`);
  }
  const migrations = await readMigrations(options.directory);
  const client = new pg.Client({
    connectionString: options.url,
    application_name: `${options.schema} migration`,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // The statement in progress fails with the same error.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await migrateLocked(client, migrations, options);
  } catch (error) {
    throw translateDatabaseError(error);
  } finally {
    // Ends the session, and with it the lock.
    await client.end().catch(() => undefined);
  }
}

async function migrateLocked(
  client: pg.Client,
  migrations: readonly Migration[],
  { schema, log }: MigrateOptions,
): Promise<readonly string[]> {
  await client.query("set statement_timeout = 0");
  await client.query("select pg_advisory_lock($1)", [lockKey(schema)]);
  await client.query(`create schema if not exists ${schema}`);
  await client.query(`create table if not exists ${schema}.schema_migration (
    number int primary key,
    name text not null,
    checksum text not null,
    applied_time timestamptz not null default now()
  )`);
  const { rows } = await client.query<AppliedMigration>(
    `select number, name, checksum from ${schema}.schema_migration order by number`,
  );
  checkHistory(migrations, rows, schema, log);

  const applied = new Set(rows.map(({ number }) => number));
  const pending = migrations.filter(({ number }) => !applied.has(number));
  for (const migration of pending) {
    await apply(client, migration, schema);
    log.info({ schema, migration: migration.name }, "migration applied");
  }
  return pending.map(({ name }) => name);
}

/** @throws {MigrationError} A file differs from what was applied under its number. */
function checkHistory(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
  schema: string,
  log: Logger,
): void {
  const byNumber = new Map(migrations.map((migration) => [migration.number, migration]));
  for (const { number, name, checksum } of applied) {
    const migration = byNumber.get(number);
    if (migration !== undefined && migration.checksum !== checksum) {
      throw new MigrationError(
        `${migration.name} differs from ${name}, which was applied to schema ${schema}. ` +
          "Applied migrations never change: restore the file and add a new one.",
      );
    }
  }
  const unknownCount = applied.filter(({ number }) => !byNumber.has(number)).length;
  if (unknownCount > 0) {
    log.warn(
      { schema, applied: applied.length, unknown: unknownCount },
      "the schema is ahead of this release",
    );
  }
}

async function apply(client: pg.Client, migration: Migration, schema: string): Promise<void> {
  await client.query("begin");
  try {
    await client.query(`set local search_path to ${schema}, public`);
    await client.query(migration.sql);
    await client.query(
      `insert into ${schema}.schema_migration (number, name, checksum) values ($1, $2, $3)`,
      [migration.number, migration.name, migration.checksum],
    );
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    const translated = translateDatabaseError(error);
    if (translated !== error) {
      throw translated;
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError(`${migration.name} failed: ${reason}`, { cause: error });
  }
}

/** Key of the advisory lock: the first 63 bits of a hash, as PostgreSQL's `bigint`. */
function lockKey(schema: string): string {
  const digest = createHash("sha256").update(`migrate ${schema}`).digest();
  return String(digest.readBigUInt64BE() >> 1n);
}
