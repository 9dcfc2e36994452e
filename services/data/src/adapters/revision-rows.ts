import type { PoolClient } from "pg";
import { formatIsoDate } from "../domain/calendar-day.ts";
import type { BarChanges } from "../domain/merge-bars.ts";

const SELECT_SUMMARIES = `
  select distinct on (instrument_id) instrument_id, first_day, last_day, price_count, last_close
  from instrument_revision
  where instrument_id = any($1)
  order by instrument_id, revision desc`;

const INSERT_SUMMARIES = `
  insert into instrument_revision
    (instrument_id, revision, first_day, last_day, price_count, last_close)
  select instrument_id, $1, first_day, last_day, price_count, last_close
  from unnest($2::int[], $3::date[], $4::date[], $5::int[], $6::float8[])
    as new(instrument_id, first_day, last_day, price_count, last_close)`;

const INSERT_REVISION = `
  insert into dataset_revision
    (dataset_id, revision, instrument_count, first_day, last_day, source_hash)
  select $1, $2, (select count(*) from instrument where dataset_id = $1),
    least($3::date, old.first_day), greatest($4::date, old.last_day), $5
  from (select) as new
  left join dataset_revision old on old.dataset_id = $1 and old.revision = $2 - 1`;

const UPDATE_NEWEST = "update dataset set revision = $2 where id = $1";

/** What a new revision changes. */
export interface RevisionChanges {
  readonly datasetId: string;
  readonly revision: number;
  readonly sourceHash: Uint8Array;
  /** By key of the instrument. Years in which something changes, in any order. */
  readonly changes: ReadonlyMap<number, readonly { readonly changes: BarChanges }[]>;
}

/** First and last day as ISO dates, which order as text. */
interface Summary {
  readonly firstDay: string;
  readonly lastDay: string;
  readonly priceCount: number;
  readonly lastClose: number;
}

/** Records a revision and makes it the newest. */
export async function writeRevision(
  client: PoolClient,
  { datasetId, revision, sourceHash, changes }: RevisionChanges,
): Promise<void> {
  const ids = [...changes.keys()];
  const before = await readSummaries(client, ids);
  const summaries = [...changes].map(([id, years]) =>
    years.reduce<Summary | undefined>(
      (summary, year) => extendSummary(summary, year.changes),
      before.get(id),
    ),
  ) as Summary[];
  await client.query(INSERT_SUMMARIES, [
    revision,
    ids,
    summaries.map(({ firstDay }) => firstDay),
    summaries.map(({ lastDay }) => lastDay),
    summaries.map(({ priceCount }) => priceCount),
    summaries.map(({ lastClose }) => lastClose),
  ]);
  const firstDay = summaries.map((summary) => summary.firstDay).reduce(earlier);
  const lastDay = summaries.map((summary) => summary.lastDay).reduce(later);
  await client.query(INSERT_REVISION, [datasetId, revision, firstDay, lastDay, sourceHash]);
  await client.query(UPDATE_NEWEST, [datasetId, revision]);
}

async function readSummaries(
  client: PoolClient,
  instrumentIds: readonly number[],
): Promise<Map<number, Summary>> {
  interface SummaryRow {
    readonly instrument_id: number;
    readonly first_day: string;
    readonly last_day: string;
    readonly price_count: number;
    readonly last_close: number;
  }
  const { rows } = await client.query<SummaryRow>(SELECT_SUMMARIES, [instrumentIds]);
  return new Map(
    rows.map((row) => [
      row.instrument_id,
      {
        firstDay: row.first_day,
        lastDay: row.last_day,
        priceCount: row.price_count,
        lastClose: row.last_close,
      },
    ]),
  );
}

/** @param changes - Of one year: its merged bars are all bars of that year. */
function extendSummary(summary: Summary | undefined, { merged, inserted }: BarChanges): Summary {
  const firstDay = formatIsoDate(merged.days[0] as number);
  const lastDay = formatIsoDate(merged.days.at(-1) as number);
  const lastClose = merged.fields.close.at(-1) as number;
  if (summary === undefined) {
    return { firstDay, lastDay, priceCount: inserted.length, lastClose };
  }
  return {
    firstDay: earlier(summary.firstDay, firstDay),
    lastDay: later(summary.lastDay, lastDay),
    priceCount: summary.priceCount + inserted.length,
    lastClose: lastDay >= summary.lastDay ? lastClose : summary.lastClose,
  };
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}
