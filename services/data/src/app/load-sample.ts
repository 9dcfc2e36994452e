import type { ImportOutcome, PriceStore, PriceWriter, SampleSource } from "../ports.ts";
import { SAMPLE_ID } from "./find-dataset.ts";

/**
 * Brings the bundled sample into the store, as a new revision whenever the bundled file differs.
 *
 * @returns Undefined when it is there already.
 */
export async function loadSample(
  store: PriceStore,
  writer: PriceWriter,
  sample: SampleSource,
): Promise<ImportOutcome | undefined> {
  const [stored, bundled] = await Promise.all([store.sourceHash(SAMPLE_ID), sample.hash()]);
  return stored === bundled ? undefined : writer.importBars(await sample.read());
}
