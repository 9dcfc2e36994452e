import { compareSymbols, type DatasetSummary } from "../domain/instrument.ts";
import type { PriceStore } from "../ports.ts";
import { SAMPLE_ID } from "./find-dataset.ts";

/** Lists the datasets, the sample first, then by identifier. */
export async function listDatasets(store: PriceStore): Promise<DatasetSummary[]> {
  const datasets = await store.datasets();
  return datasets.toSorted(
    (a, b) => Number(b.id === SAMPLE_ID) - Number(a.id === SAMPLE_ID) || compareSymbols(a.id, b.id),
  );
}
