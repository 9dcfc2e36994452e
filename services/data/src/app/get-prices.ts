import type { BarSeries } from "../domain/bar-series.ts";
import type { Catalog, Instrument } from "../domain/instrument.ts";
import type { PriceStore } from "../ports.ts";
import type { DatasetReference } from "./find-dataset.ts";
import { getInstrument } from "./get-instrument.ts";
import { readPeriod } from "./read-period.ts";

export interface PricesRequest {
  readonly dataset: DatasetReference;
  readonly symbol: string;
  /** `YYYY-MM-DD`, or empty for no bound. */
  readonly startDate: string;
  readonly endDate: string;
}

/**
 * Gets the bars of one instrument.
 *
 * @throws {AppError} As `PriceService.GetPrices` says.
 */
export async function getPrices(
  store: PriceStore,
  request: PricesRequest,
): Promise<{ catalog: Catalog; instrument: Instrument; bars: BarSeries }> {
  const period = readPeriod(request.startDate, request.endDate);
  const { catalog, instrument } = await getInstrument(store, request.dataset, request.symbol);
  const bars = await store.bars(instrument, catalog.revision, period);
  return { catalog, instrument, bars };
}
