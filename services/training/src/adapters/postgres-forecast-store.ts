import type { Pool, Queryable } from "@portfolio/platform/postgres/pool";
import type { DaysOutcome } from "../domain/forecast-days.ts";
import type { StoredForecasts } from "../domain/model-version.ts";
import type { ForecastStore } from "../ports.ts";
import { TENANT_ID } from "./model-rows.ts";

// A forecast stays as it was made; what came of it may become known later.
const UPSERT = `
  insert into training.forecast (tenant_id, model_id, number, day, symbol, forecast, outcome,
    is_settled, dataset_id, dataset_revision)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  on conflict (tenant_id, model_id, number, day) do update
  set outcome = excluded.outcome, is_settled = excluded.is_settled
  where not forecast.is_settled and forecast.symbol = excluded.symbol`;

const SELECT_OPEN_DAY = `
  select coalesce(min(day) filter (where not is_settled), max(day) + 1)::text as day
  from training.forecast where tenant_id = $1 and model_id = $2 and number = $3`;

const SELECT_PAGE = `
  select day::text as day, symbol, forecast, outcome, dataset_id, dataset_revision, create_time
  from training.forecast
  where tenant_id = $1 and model_id = $2 and number = $3 and ($4::date is null or day < $4)
  order by day desc limit $5`;

interface ForecastRow {
  readonly day: string;
  readonly symbol: readonly string[];
  readonly forecast: readonly number[];
  readonly outcome: readonly number[];
  readonly dataset_id: string;
  readonly dataset_revision: number;
  readonly create_time: string;
}

/** Keeps forecasts by day in the schema `training`. */
export class PostgresForecastStore implements ForecastStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async firstOpenDate(modelId: string, number: number): Promise<string | undefined> {
    const values = [TENANT_ID, modelId, number];
    const { rows } = await this.#pool.query<{ readonly day: string | null }>(
      SELECT_OPEN_DAY,
      values,
    );
    return rows[0]?.day ?? undefined;
  }

  async list(
    modelId: string,
    number: number,
    limit: number,
    beforeDate: string | undefined,
  ): Promise<readonly StoredForecasts[]> {
    const values = [TENANT_ID, modelId, number, beforeDate ?? null, limit];
    const { rows } = await this.#pool.query<ForecastRow>(SELECT_PAGE, values);
    return rows.map((row) => ({
      date: row.day,
      symbols: row.symbol,
      forecasts: Float64Array.from(row.forecast),
      outcomes: Float64Array.from(row.outcome),
      dataset: { id: row.dataset_id, revision: row.dataset_revision },
      createTime: row.create_time,
    }));
  }
}

/** Stores forecasts of some days within a transaction, and outcomes of days that are there. */
export async function storeForecasts(client: Queryable, outcome: DaysOutcome): Promise<void> {
  const { modelId, number, symbols, dates, forecasts, outcomes, dataset } = outcome;
  const rowOf = (values: Float64Array, d: number) =>
    Array.from(values.subarray(d * symbols.length, (d + 1) * symbols.length));
  for (const [d, date] of dates.entries()) {
    const isSettled = d < outcome.settledCount;
    await client.query(UPSERT, [
      ...[TENANT_ID, modelId, number, date, symbols],
      ...[rowOf(forecasts.values, d), rowOf(outcomes.values, d), isSettled],
      ...[dataset.id, dataset.revision],
    ]);
  }
}
