import type { PoolClient } from "pg";
import type { ImportedSeries } from "../ports.ts";
import { kindCode } from "./column-codes.ts";

const INSERT_INSTRUMENTS = `
  insert into instrument (dataset_id, ordinal, symbol, name, kind, currency)
  select $1, present.count + new.position - 1, new.symbol, new.name, new.kind, new.currency
  from unnest($2::text[], $3::text[], $4::smallint[], $5::text[])
      with ordinality as new(symbol, name, kind, currency, position),
    (select count(*) from instrument where dataset_id = $1) as present
  returning id, symbol`;

/**
 * Adds instruments to a dataset, which the transaction must have locked.
 *
 * @returns Their keys, by symbol.
 */
export async function createInstruments(
  client: PoolClient,
  datasetId: string,
  series: readonly ImportedSeries[],
): Promise<Map<string, number>> {
  const { rows } = await client.query<{ id: number; symbol: string }>(INSERT_INSTRUMENTS, [
    datasetId,
    series.map(({ symbol }) => symbol),
    series.map(({ name }) => name),
    series.map(({ kind }) => kindCode(kind)),
    series.map(({ currency }) => currency),
  ]);
  return new Map(rows.map(({ id, symbol }) => [symbol, id]));
}
