import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "../logger.ts";
import type { Pool } from "../postgres/pool.ts";
import { JOBS_CHANNEL } from "./job-table.ts";

const RECONNECT_DELAY_MS = 1000;

/**
 * Tells when some job may have changed its state, over one connection of the database.
 *
 * A hint, not a promise: a notification can be lost with the connection, so whoever listens also
 * looks from time to time.
 */
export class JobNotifications {
  readonly #listeners = new Set<() => void>();
  readonly #stop = new AbortController();
  readonly #pool: Pool;
  readonly #log: Logger;
  #listening: Promise<void> | undefined;

  constructor(pool: Pool, log: Logger) {
    this.#pool = pool;
    this.#log = log;
  }

  /** Calls `listener` on each hint. @returns Stops that. */
  subscribe(listener: () => void): () => void {
    this.#listening ??= this.#listen();
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Gives the connection back. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#listening;
  }

  async #listen(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#listenOnce(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#log.warn({ err: error }, "job notifications are interrupted");
        await delay(RECONNECT_DELAY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Listens until the connection breaks, which rejects, or the signal aborts. */
  async #listenOnce(signal: AbortSignal): Promise<void> {
    await this.#pool.withClient(
      async (client) => {
        client.on("notification", () => this.#emit());
        await client.query(`listen ${JOBS_CHANNEL}`);
        // Anything may have happened before.
        this.#emit();
        await new Promise<never>((_, reject) => {
          client.once("end", () => reject(new Error("Connection terminated")));
          client.once("error", reject);
        });
      },
      { signal },
    );
  }

  #emit(): void {
    for (const listener of this.#listeners) listener();
  }
}
