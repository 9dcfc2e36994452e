import { join } from "node:path";
import { type Clock, systemClock } from "@portfolio/platform/clock";
import { migrateJobs } from "@portfolio/platform/jobs/open-jobs";
import type { Logger } from "@portfolio/platform/logger";
import { packageDirectory } from "@portfolio/platform/package-directory";
import { migrate } from "@portfolio/platform/postgres/migrate";
import { createPool } from "@portfolio/platform/postgres/pool";
import type { Registration } from "@portfolio/platform/rpc/registration";
import { CachedCloseHistories } from "./adapters/cached-close-histories.ts";
import { CachedPriceStore } from "./adapters/cached-price-store.ts";
import { MemoryPanelCache } from "./adapters/memory-panel-cache.ts";
import { PanelFiles } from "./adapters/panel-files.ts";
import { PostgresPriceStore } from "./adapters/postgres-price-store.ts";
import { PostgresPriceWriter } from "./adapters/postgres-price-writer.ts";
import { SampleFile } from "./adapters/sample-file.ts";
import { loadSample } from "./app/load-sample.ts";
import { registrations } from "./rpc/registrations.ts";

/** Name of the schema that holds the tables. */
const SCHEMA = "data";

const STATEMENT_TIMEOUT_MS = 60_000;
const HISTORY_MEMORY_BYTES_MAX = 192 << 20;
const PANEL_FILE_BYTES_MAX = 1 << 30;
const PANEL_MEMORY_BYTES_MAX = 64 << 20;

export interface DataServiceOptions {
  /** Connection URL of a role that may create the schemas `data` and `jobs`. */
  readonly databaseUrl: string;
  /** Holds files that may be deleted at any time while the service is stopped: `panels/`. */
  readonly homeDirectory: string;
  /** Holds `sample.json` and the prices of the bundled sample. */
  readonly sampleDirectory: string;
  readonly log: Logger;
  /** (Default: the computer's own.) */
  readonly clock?: Clock;
}

export interface DataService {
  readonly registrations: Registration[];
  /** Reject while the service cannot do its work. */
  readonly checks: readonly { name: string; check(signal: AbortSignal): Promise<void> }[];
  /** Releases connections. Calls must have ended. Calling twice is harmless. */
  close(): Promise<void>;
}

/**
 * Prepares the service: brings the tables up to date, and the bundled sample into them.
 *
 * @throws {AppError} `DATABASE_UNAVAILABLE`.
 * @throws {MigrationError} The tables are not what they must be.
 */
export async function createDataService(options: DataServiceOptions): Promise<DataService> {
  const { databaseUrl, homeDirectory, sampleDirectory, log, clock = systemClock } = options;
  const migrations = join(packageDirectory(import.meta.url), "migrations");
  await migrate({ url: databaseUrl, schema: SCHEMA, directory: migrations, log });
  await migrateJobs(databaseUrl, log);
  const pool = createPool({
    url: databaseUrl,
    schema: SCHEMA,
    applicationName: SCHEMA,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    log,
  });
  const store = new CachedPriceStore(new PostgresPriceStore(pool));
  const writer = new PostgresPriceWriter(pool);
  const histories = new CachedCloseHistories({
    pool,
    files: new PanelFiles(join(homeDirectory, "panels"), PANEL_FILE_BYTES_MAX),
    log,
    memoryBytesMax: HISTORY_MEMORY_BYTES_MAX,
  });
  const panels = new MemoryPanelCache(PANEL_MEMORY_BYTES_MAX);
  const loaded = await loadSample(store, writer, new SampleFile(sampleDirectory));
  if (loaded !== undefined) {
    log.info(loaded, "sample loaded");
  }
  let closing: Promise<void> | undefined;
  const close = async () => {
    await histories.close();
    await pool.end();
  };
  return {
    registrations: registrations({ store, writer, histories, panels, clock }),
    checks: [{ name: "data-database", check: async () => void (await pool.query("select 1")) }],
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
