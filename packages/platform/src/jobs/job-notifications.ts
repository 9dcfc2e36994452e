import type { Logger } from "../logger.ts";
import type { Pool } from "../postgres/pool.ts";
import { HeldConnection } from "./held-connection.ts";
import { JOBS_CHANNEL } from "./job-table.ts";

/**
 * Tells when some job may have changed its state, over one connection of the database.
 *
 * A hint, not a promise: a notification can be lost with the connection, so whoever listens also
 * looks from time to time.
 */
export class JobNotifications {
  readonly #listeners = new Set<() => void>();
  readonly #pool: Pool;
  readonly #log: Logger;
  #connection: HeldConnection | undefined;

  constructor(pool: Pool, log: Logger) {
    this.#pool = pool;
    this.#log = log;
  }

  /** Calls `listener` on each hint. @returns Stops that. */
  subscribe(listener: () => void): () => void {
    this.#connection ??= this.#listen();
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Gives the connection back. */
  async close(): Promise<void> {
    await this.#connection?.close();
  }

  #listen(): HeldConnection {
    return new HeldConnection({
      pool: this.#pool,
      log: this.#log,
      purpose: "job notifications",
      prepare: async (client) => {
        client.on("notification", () => this.#emit());
        await client.query(`listen ${JOBS_CHANNEL}`);
        // Anything may have happened before.
        this.#emit();
      },
    });
  }

  #emit(): void {
    for (const listener of this.#listeners) listener();
  }
}
