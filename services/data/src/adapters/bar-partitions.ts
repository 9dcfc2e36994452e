import { type Pool, transaction } from "@portfolio/platform/postgres/pool";

const SELECT_PARTITIONS = `
  select c.relname as name
  from pg_inherits h
  join pg_class c on c.oid = h.inhrelid
  where h.inhparent = 'bar_1d'::regclass`;

/**
 * Makes sure that `bar_1d` has a partition for each year.
 *
 * A transaction of its own: attaching a new table does not hinder readers or writers of the other
 * partitions, and an empty partition does no harm if the import then fails.
 */
export async function ensureBarPartitions(pool: Pool, years: Iterable<number>): Promise<void> {
  const missing = await missingYears(pool, years);
  if (missing.length === 0) {
    return;
  }
  await transaction(pool, async (client) => {
    await client.query(
      "select pg_advisory_xact_lock(hashtextextended('data bar_1d partitions', 0))",
    );
    // Somebody else may have made them while we waited for the lock.
    const stillMissing = await missingYears(client, missing);
    if (stillMissing.length > 0) {
      await client.query(stillMissing.map(createPartition).join(""));
    }
  });
}

async function missingYears(
  database: Pick<Pool, "query">,
  years: Iterable<number>,
): Promise<number[]> {
  const { rows } = await database.query<{ name: string }>(SELECT_PARTITIONS);
  const existing = new Set(rows.map(({ name }) => name));
  return [...new Set(years)].filter((year) => !existing.has(partitionName(year)));
}

function createPartition(year: number): string {
  const name = partitionName(year);
  return `
    create table ${name} (like bar_1d including all);
    alter table bar_1d attach partition ${name}
      for values from ('${year}-01-01') to ('${year + 1}-01-01');`;
}

function partitionName(year: number): string {
  return `bar_1d_${year}`;
}
