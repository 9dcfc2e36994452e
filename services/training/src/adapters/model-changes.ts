import { HeldConnection } from "@portfolio/platform/jobs/held-connection";
import type { Logger } from "@portfolio/platform/logger";
import type { Pool } from "@portfolio/platform/postgres/pool";

/** Channel that the database tells on which model has changed. */
const CHANNEL = "training_model";

export interface ModelChangesOptions {
  readonly pool: Pool;
  readonly log: Logger;
  /** Hears of each change that is committed; undefined means that any model may have changed. */
  readonly onChange: (modelId: string | undefined) => void;
}

/** Hears over a connection of its own which models others have changed. */
export class ModelChanges {
  readonly #connection: HeldConnection;
  #isConnected = false;

  /** Connects at once. */
  constructor({ pool, log, onChange }: ModelChangesOptions) {
    this.#connection = new HeldConnection({
      pool,
      log,
      purpose: "changes of models",
      prepare: async (client) => {
        client.on("notification", ({ payload }) => onChange(payload));
        client.once("end", () => {
          this.#isConnected = false;
        });
        client.once("error", () => {
          this.#isConnected = false;
        });
        await client.query(`listen ${CHANNEL}`);
        // Anything may have changed before.
        onChange(undefined);
        this.#isConnected = true;
      },
    });
  }

  /** Whether changes are being heard of. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** Gives the connection back. */
  close(): Promise<void> {
    this.#isConnected = false;
    return this.#connection.close();
  }
}
