import type { Catalog, Instrument } from "../domain/instrument.ts";
import type { PriceStore } from "../ports.ts";
import { type DatasetReference, findDataset } from "./find-dataset.ts";
import { findInstruments } from "./find-instruments.ts";

/**
 * Gets one instrument.
 *
 * @throws {AppError} `SYMBOL_UNKNOWN`, `DATASET_UNKNOWN`, `REVISION_UNKNOWN`.
 */
export async function getInstrument(
  store: PriceStore,
  dataset: DatasetReference,
  symbol: string,
): Promise<{ catalog: Catalog; instrument: Instrument }> {
  const catalog = await findDataset(store, dataset);
  const [instrument] = await findInstruments(store, catalog, [{ symbol, field: "symbol" }]);
  return { catalog, instrument: instrument as Instrument };
}
