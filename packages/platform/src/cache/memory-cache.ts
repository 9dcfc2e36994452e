import { LRUCache } from "lru-cache";
import type { Cache, CacheOutcome, Remembered } from "./cache.ts";
import { SingleFlight } from "./single-flight.ts";

/** Bytes that an entry takes beside its key and value, roughly. */
const ENTRY_BYTES = 200;

export interface MemoryCacheOptions {
  /** Most memory that keys and values take; what was used least recently goes first. */
  readonly bytesMax: number;
  /** Hears of each read. (Default: nobody.) */
  readonly onRead?: ((outcome: CacheOutcome) => void) | undefined;
}

/** A cache in this process, bounded in bytes. */
export class MemoryCache implements Cache {
  readonly #entries: LRUCache<string, Uint8Array>;
  readonly #flights = new SingleFlight<Uint8Array>();
  readonly #onRead: (outcome: CacheOutcome) => void;

  constructor({ bytesMax, onRead }: MemoryCacheOptions) {
    this.#entries = new LRUCache({
      maxSize: bytesMax,
      sizeCalculation: (value, key) => value.byteLength + 2 * key.length + ENTRY_BYTES,
    });
    this.#onRead = onRead ?? (() => undefined);
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const value = this.#entries.get(key);
    this.#onRead(value === undefined ? "miss" : "memory-hit");
    return value;
  }

  async set(key: string, value: Uint8Array, ttlMs: number): Promise<void> {
    this.#entries.set(key, value, { ttl: ttlMs });
  }

  async delete(key: string): Promise<void> {
    this.#entries.delete(key);
  }

  async remember(
    key: string,
    ttlMs: number,
    compute: () => Promise<Uint8Array>,
  ): Promise<Remembered> {
    const known = await this.get(key);
    if (known !== undefined) return { value: known, isCached: true };
    const value = await this.#flights.run(key, async () => {
      const computed = await compute();
      await this.set(key, computed, ttlMs);
      return computed;
    });
    return { value, isCached: false };
  }

  async close(): Promise<void> {
    this.#entries.clear();
  }
}
