import { compareSymbols, type Instrument } from "../domain/instrument.ts";
import { matchRank } from "../domain/instrument-search.ts";
import type { PriceStore } from "../ports.ts";
import { type DatasetReference, findDataset } from "./find-dataset.ts";
import { listDatasets } from "./list-datasets.ts";

const LIMIT_DEFAULT = 20;

/** An instrument, and the dataset and revision that hold it. */
export interface FoundInstrument {
  readonly instrument: Instrument;
  readonly dataset: DatasetReference;
}

/**
 * Finds instruments whose symbol or name contains a text, best match first.
 *
 * @param dataset - Undefined searches all datasets.
 * @param limit - 0 stands for 20.
 * @throws {AppError} `DATASET_UNKNOWN`, `REVISION_UNKNOWN`.
 */
export async function searchInstruments(
  store: PriceStore,
  query: string,
  dataset: DatasetReference | undefined,
  limit: number,
): Promise<FoundInstrument[]> {
  const references = dataset ? [dataset] : await listDatasets(store);
  const catalogs = await Promise.all(references.map((each) => findDataset(store, each)));
  return catalogs
    .flatMap(({ datasetId, revision, instruments }) =>
      instruments.flatMap((instrument) => {
        const rank = matchRank(instrument, query);
        const found = { instrument, dataset: { id: datasetId, revision } };
        return rank === undefined ? [] : [{ rank, found }];
      }),
    )
    .sort(
      (a, b) =>
        a.rank - b.rank || compareSymbols(a.found.instrument.symbol, b.found.instrument.symbol),
    )
    .slice(0, limit || LIMIT_DEFAULT)
    .map(({ found }) => found);
}
