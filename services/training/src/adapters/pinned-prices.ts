import type { Transport } from "@connectrpc/connect";
import { GrpcPriceHistory } from "@portfolio/platform/prices/grpc-price-history";
import type { DatasetReference } from "../domain/training-spec.ts";
import type { ForecastPriceHistory } from "../ports.ts";

/** How long the newest revision is taken to stay so, in ms. */
const NEWEST_MS = 1000;
/** From when on it is asked for again while callers still go by what is known, in ms. */
const RENEWED_MS = NEWEST_MS / 2;

interface Newest {
  readonly atMs: number;
  readonly found: Promise<DatasetReference>;
  isRenewed: boolean;
}

/**
 * Prices whose newest revision, as callers see it, is a second old at most.
 *
 * While calls keep coming, none of them waits for it: it is asked for again before it is too old.
 */
export class PinnedPrices extends GrpcPriceHistory implements ForecastPriceHistory {
  readonly #newest = new Map<string, Newest>();

  constructor(transport: Transport, options: { readonly cacheBytesMax: number }) {
    super(transport, options);
  }

  override pin(dataset: DatasetReference, signal: AbortSignal): Promise<DatasetReference> {
    if (dataset.revision > 0) {
      return super.pin(dataset, signal);
    }
    const known = this.#newest.get(dataset.id);
    const ageMs = known === undefined ? Infinity : performance.now() - known.atMs;
    if (known === undefined || ageMs >= NEWEST_MS) {
      return this.#ask(dataset).found;
    }
    if (ageMs >= RENEWED_MS && !known.isRenewed) {
      known.isRenewed = true;
      void this.#renew(dataset, known);
    }
    return known.found;
  }

  #ask(dataset: DatasetReference): Newest {
    const newest = { ...this.#find(dataset), isRenewed: false };
    this.#newest.set(dataset.id, newest);
    newest.found.catch(() => this.#replace(dataset.id, newest, undefined));
    return newest;
  }

  /** Callers go by what is known until the answer is there; where none comes, one of them asks in time. */
  async #renew(dataset: DatasetReference, known: Newest): Promise<void> {
    const newest = { ...this.#find(dataset), isRenewed: false };
    await newest.found.then(
      () => this.#replace(dataset.id, known, newest),
      () => undefined,
    );
  }

  /** Others wait for it too: the caller who was first may give up. */
  #find(dataset: DatasetReference): Pick<Newest, "atMs" | "found"> {
    const atMs = performance.now();
    return { atMs, found: super.pin(dataset, AbortSignal.timeout(10 * NEWEST_MS)) };
  }

  #replace(id: string, known: Newest, newest: Newest | undefined): void {
    if (this.#newest.get(id) !== known) {
      return;
    }
    if (newest === undefined) {
      this.#newest.delete(id);
    } else {
      this.#newest.set(id, newest);
    }
  }
}
