import { recordEvent } from "@portfolio/platform/events/record-event";
import { type Pool, transaction } from "@portfolio/platform/postgres/pool";
import type { PoolClient } from "pg";
import { groupBy } from "../domain/group-by.ts";
import { splitYears } from "../domain/year-chunk.ts";
import type { BarImport, ImportOutcome, PriceWriter } from "../ports.ts";
import { copyBars, copyChunks, type YearToWrite } from "./bar-copy.ts";
import { ensureBarPartitions } from "./bar-partitions.ts";
import { type ChangedYear, type ImportPlan, planImport } from "./import-plan.ts";
import { createInstruments } from "./instrument-rows.ts";
import { writeRevision } from "./revision-rows.ts";

const LOCK_DATASET =
  "select pg_advisory_xact_lock(hashtextextended('data dataset ' || $1::text, 0))";

const SELECT_REVISION = "select revision from dataset where id = $1";

const INSERT_DATASET = `
  insert into dataset (id, title, source, license, read_only, revision)
  values ($1, $2, $3, $4, $5, 0)
  on conflict (id) do nothing`;

const UPDATE_TITLE = "update dataset set title = $2 where id = $1 and title <> $2 and $2 <> ''";

const CREATE_REPLACEMENTS = `
  create temporary table replacement (like bar_1d including defaults) on commit drop`;

const KEEP_REPLACED = `
  insert into bar_revision (instrument_id, d, revision, open, high, low, close, volume)
  select b.instrument_id, b.d, r.revision, b.open, b.high, b.low, b.close, b.volume
  from replacement r
  join bar_1d b on b.instrument_id = r.instrument_id and b.d = r.d`;

const REPLACE = `
  update bar_1d b
  set open = r.open, high = r.high, low = r.low, close = r.close, volume = r.volume,
    revision = r.revision
  from replacement r
  where b.instrument_id = r.instrument_id and b.d = r.d`;

/** Writes the tables that migration 0001 defines. */
export class PostgresPriceWriter implements PriceWriter {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async importBars(bars: BarImport): Promise<ImportOutcome> {
    if (!bars.validateOnly) {
      await ensureBarPartitions(this.#pool, yearsOf(bars));
    }
    return transaction(this.#pool, async (client) => {
      await client.query(LOCK_DATASET, [bars.datasetId]);
      const revision = await readRevision(client, bars.datasetId);
      const plan = await planImport(client, bars.datasetId, bars.series);
      const counts = countChanges(plan);
      if (bars.validateOnly) {
        return { revision, ...counts };
      }
      if (plan.changedYears.length > 0) {
        await store(client, bars, plan.changedYears, revision + 1);
      }
      await client.query(UPDATE_TITLE, [bars.datasetId, bars.description.title]);
      return { revision: revision + Number(plan.changedYears.length > 0), ...counts };
    });
  }
}

async function readRevision(client: PoolClient, datasetId: string): Promise<number> {
  const { rows } = await client.query<{ revision: number }>(SELECT_REVISION, [datasetId]);
  return rows[0]?.revision ?? 0;
}

async function store(
  client: PoolClient,
  { datasetId, description, sourceHash }: BarImport,
  changedYears: readonly ChangedYear[],
  revision: number,
): Promise<void> {
  const { title, source, license, readOnly } = description;
  await client.query(INSERT_DATASET, [datasetId, title || datasetId, source, license, readOnly]);
  const newSeries = new Set(
    changedYears.filter((year) => year.instrumentId === undefined).map(({ series }) => series),
  );
  const newIds = await createInstruments(client, datasetId, [...newSeries]);
  const years = changedYears.map(({ series, instrumentId, year, changes }) => ({
    instrumentId: instrumentId ?? (newIds.get(series.symbol) as number),
    year,
    changes,
  }));
  const inserted = years.map((year) => toWrite(year, year.changes.inserted));
  const updated = years.map((year) => toWrite(year, year.changes.updated));
  await copyBars(client, "bar_1d", inserted, revision);
  await replaceBars(client, updated, revision);
  await copyChunks(client, inserted, revision);
  const changes = groupBy(years, ({ instrumentId }) => instrumentId);
  await writeRevision(client, { datasetId, revision, sourceHash, changes });
  await recordEvent(client, {
    case: "pricesUpdated",
    value: { datasetId, revision: BigInt(revision), instrumentCount: changes.size },
  });
}

async function replaceBars(
  client: PoolClient,
  years: readonly YearToWrite[],
  revision: number,
): Promise<void> {
  if (years.every(({ positions }) => positions.length === 0)) {
    return;
  }
  await client.query(CREATE_REPLACEMENTS);
  await copyBars(client, "replacement", years, revision);
  await client.query("analyze replacement");
  await client.query(KEEP_REPLACED);
  await client.query(REPLACE);
}

function toWrite(
  { instrumentId, year, changes }: Pick<ChangedYear, "year" | "changes"> & { instrumentId: number },
  positions: readonly number[],
): YearToWrite {
  return { instrumentId, year, bars: changes.merged, positions };
}

function countChanges(plan: ImportPlan): Omit<ImportOutcome, "revision"> {
  let insertedCount = 0;
  let updatedCount = 0;
  let unchangedCount = plan.unchangedCount;
  for (const { changes } of plan.changedYears) {
    insertedCount += changes.inserted.length;
    updatedCount += changes.updated.length;
    unchangedCount += changes.unchangedCount;
  }
  return { insertedCount, updatedCount, unchangedCount };
}

function yearsOf(bars: BarImport): Set<number> {
  return new Set(bars.series.flatMap((series) => splitYears(series.bars).map(({ year }) => year)));
}
