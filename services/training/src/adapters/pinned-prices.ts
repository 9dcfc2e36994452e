import type { Transport } from "@connectrpc/connect";
import { GrpcPriceHistory } from "@portfolio/platform/prices/grpc-price-history";
import type { DatasetReference } from "../domain/training-spec.ts";
import type { ForecastPriceHistory } from "../ports.ts";

/** How long the newest revision is taken to stay so, in ms. */
const NEWEST_MS = 1000;

/** Prices whose newest revision is asked for once a second at most. */
export class PinnedPrices extends GrpcPriceHistory implements ForecastPriceHistory {
  readonly #newest = new Map<string, { readonly atMs: number; found: Promise<DatasetReference> }>();

  constructor(transport: Transport, options: { readonly cacheBytesMax: number }) {
    super(transport, options);
  }

  override pin(dataset: DatasetReference, signal: AbortSignal): Promise<DatasetReference> {
    if (dataset.revision > 0) {
      return super.pin(dataset, signal);
    }
    const nowMs = performance.now();
    const known = this.#newest.get(dataset.id);
    if (known !== undefined && nowMs - known.atMs < NEWEST_MS) {
      return known.found;
    }
    // Others wait for it too: the caller who was first may give up.
    const found = super.pin(dataset, AbortSignal.timeout(NEWEST_MS * 10));
    this.#newest.set(dataset.id, { atMs: nowMs, found });
    found.catch(() => this.#newest.delete(dataset.id));
    return found;
  }
}
