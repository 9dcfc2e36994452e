import type { ImportOutcome, PriceStore, PriceWriter, SampleSource } from "../ports.ts";
import { SAMPLE_ID } from "./find-dataset.ts";

/** What was loaded, and how long it took. */
export interface SampleLoad extends ImportOutcome {
  readonly readMs: number;
  readonly storeMs: number;
}

/**
 * Brings the bundled sample into the store, as a new revision whenever the bundled file differs.
 *
 * @returns Undefined when it is there already.
 */
export async function loadSample(
  store: PriceStore,
  writer: PriceWriter,
  sample: SampleSource,
): Promise<SampleLoad | undefined> {
  const [stored, bundled] = await Promise.all([store.sourceHash(SAMPLE_ID), sample.hash()]);
  if (stored === bundled) {
    return undefined;
  }
  const startMs = performance.now();
  const bars = await sample.read();
  const readMs = performance.now() - startMs;
  const outcome = await writer.importBars(bars);
  return { ...outcome, readMs, storeMs: performance.now() - startMs - readMs };
}
