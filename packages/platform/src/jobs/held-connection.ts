import { setTimeout as delay } from "node:timers/promises";
import type { PoolClient } from "pg";
import type { Logger } from "../logger.ts";
import type { Pool } from "../postgres/pool.ts";

const RECONNECT_DELAY_MS = 250;

export interface HeldConnectionOptions {
  readonly pool: Pool;
  readonly log: Logger;
  /** What it is for, in the log, such as `job notifications`. */
  readonly purpose: string;
  /** Makes a new connection what it is to be. */
  readonly prepare: (client: PoolClient) => Promise<void>;
}

/** Keeps one connection of the database for itself, and replaces it when it breaks. */
export class HeldConnection {
  readonly #options: HeldConnectionOptions;
  readonly #stop = new AbortController();
  readonly #holding: Promise<void>;

  /** Connects at once. */
  constructor(options: HeldConnectionOptions) {
    this.#options = options;
    this.#holding = this.#hold();
  }

  /** Cuts the connection. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#holding;
  }

  async #hold(): Promise<void> {
    const { signal } = this.#stop;
    const { log, purpose } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#holdOnce(signal);
      } catch (error) {
        if (signal.aborted) return;
        log.warn({ err: error, purpose }, "a connection that is kept was lost");
        await delay(RECONNECT_DELAY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Holds until the connection breaks, which rejects, or the signal aborts. */
  async #holdOnce(signal: AbortSignal): Promise<void> {
    await this.#options.pool.withClient(
      async (client) => {
        const broken = new Promise<never>((_, reject) => {
          client.once("end", () => reject(new Error("Connection terminated")));
          client.once("error", reject);
        });
        broken.catch(() => undefined);
        await this.#options.prepare(client);
        await broken;
      },
      { signal },
    );
  }
}
