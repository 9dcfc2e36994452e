import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startDataService, type TestService } from "./data-service.ts";
import { LARGE_DAY_COUNT, LARGE_SYMBOL_COUNT, largeCsv } from "./large-csv.ts";

const ROW_COUNT = LARGE_SYMBOL_COUNT * LARGE_DAY_COUNT;

let test: TestService;
let observer: pg.Client;
beforeAll(async () => {
  test = await startDataService();
  observer = new pg.Client({ connectionString: test.databaseUrl, application_name: "observer" });
  await observer.connect();
  // Leaves the child's connections alone on the server.
  await test.service.close();
});
afterAll(async () => {
  await observer.end();
  await test.close();
});

function startImport(datasetId: string): ChildProcess {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const script = join(import.meta.dirname, "import-child.ts");
  const { databaseUrl, homeDirectory } = test;
  return spawn(
    process.execPath,
    ["--conditions=source", "--import", tsx, script, databaseUrl, homeDirectory, datasetId],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
}

/**
 * Waits until some connection of the service runs a statement that starts so.
 *
 * @returns False when the child ended before one was seen.
 */
async function waitForStatement(start: string, child: ChildProcess): Promise<boolean> {
  while (child.exitCode === null) {
    const { rowCount } = await observer.query(
      `select from pg_stat_activity
       where datname = current_database() and application_name = 'data'
         and state = 'active' and starts_with(query, $1)`,
      [start],
    );
    if (rowCount) {
      return true;
    }
  }
  return false;
}

/** Waits until the server has noticed that the child is gone. */
async function waitForServer(): Promise<void> {
  for (;;) {
    const { rowCount } = await observer.query(
      `select from pg_stat_activity
       where datname = current_database() and application_name = 'data'`,
    );
    if (rowCount === 0) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

interface StoredRows {
  readonly datasets: number;
  readonly bars: number;
  readonly chunks: number;
  readonly summaries: number;
}

async function countRows(datasetId: string): Promise<StoredRows | undefined> {
  const { rows } = await observer.query<StoredRows>(
    `with i as (select id from data.instrument where dataset_id = $1)
     select (select count(*) from data.dataset where id = $1)::int as datasets,
       (select count(*) from data.bar_1d join i on id = instrument_id)::int as bars,
       (select count(*) from data.bar_chunk join i on id = instrument_id)::int as chunks,
       (select count(*) from data.instrument_revision join i on id = instrument_id)::int as summaries`,
    [datasetId],
  );
  return rows[0];
}

const NOTHING: StoredRows = { datasets: 0, bars: 0, chunks: 0, summaries: 0 };
const EVERYTHING: StoredRows = {
  datasets: 1,
  bars: ROW_COUNT,
  // The days run from 2015 to 2017.
  chunks: 3 * LARGE_SYMBOL_COUNT,
  summaries: LARGE_SYMBOL_COUNT,
};

describe("an import whose process is killed", () => {
  it.each([["copy bar_1d"], ["copy bar_chunk"], ["insert into dataset_revision"]])(
    "is wholly there or wholly absent after: %s",
    async (statement) => {
      const datasetId = `killed-${statement.replaceAll(/[^a-z]+/g, "-")}`;
      const child = startImport(datasetId);
      const exited = once(child, "exit");
      const isSeen = await waitForStatement(statement, child);

      child.kill("SIGKILL");
      await exited;
      await waitForServer();

      const stored = await countRows(datasetId);
      const isThere = stored?.datasets === 1;
      expect(stored).toEqual(isThere ? EVERYTHING : NOTHING);
      // Bars are copied long before the commit.
      expect(isSeen && isThere && statement === "copy bar_1d").toBe(false);

      test = await test.reopen();
      const report = await test.prices.importPrices({
        datasetId,
        source: { case: "csvText", value: largeCsv() },
      });
      expect(report.dataset?.revision).toBe(1);
      expect(report.insertedCount).toBe(isThere ? 0 : ROW_COUNT);
      expect(report.unchangedCount).toBe(isThere ? ROW_COUNT : 0);
      await test.service.close();
      await waitForServer();
    },
    60_000,
  );
});
