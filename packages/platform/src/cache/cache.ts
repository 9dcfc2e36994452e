/**
 * Keeps what can be computed again, for a while.
 *
 * It may forget at any time. It is never a lock and never the truth, and never the reason that a call
 * fails: what it cannot read is missing. A key should name its content, such as by a hash: other
 * processes may keep a copy of what was deleted or replaced until its time is up.
 */
export interface Cache {
  /** @returns What is kept, not to be written to; undefined when there is nothing. */
  get(key: string): Promise<Uint8Array | undefined>;

  /** @param ttlMs - Time until it is forgotten at the latest, from 1. */
  set(key: string, value: Uint8Array, ttlMs: number): Promise<void>;

  delete(key: string): Promise<void>;

  /**
   * Reads what is kept, or computes and keeps it. Callers at the same time share one computation; where
   * several processes share the cache, they usually do so too.
   *
   * @throws What `compute` throws, which is not kept.
   */
  remember(key: string, ttlMs: number, compute: () => Promise<Uint8Array>): Promise<Remembered>;

  close(): Promise<void>;
}

/** A value, and where it came from. */
export interface Remembered {
  /** Not to be written to. */
  readonly value: Uint8Array;
  /** Whether it was there already. */
  readonly isCached: boolean;
}

/** What became of a read: found in this process, found in the server, not found, or not answered. */
export type CacheOutcome = "memory-hit" | "server-hit" | "miss" | "error";
