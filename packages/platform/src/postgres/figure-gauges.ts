import { Gauge, type Registry } from "prom-client";
import type { Logger } from "../logger.ts";
import type { Queryable } from "./pool.ts";

/** A gauge whose values a statement reads. */
export interface FigureGauge {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  /** Has a column for each label, and `value`. No row means no figure. */
  readonly statement: string;
}

/**
 * Shows figures of the database, read when somebody asks. While one cannot be read, it is missing.
 *
 * @param log - Where failures to read go.
 */
export function figureGauges(
  registry: Registry,
  gauges: readonly FigureGauge[],
  { pool, log }: { readonly pool: Queryable; readonly log: Logger },
): void {
  for (const { name, help, labelNames, statement } of gauges) {
    new Gauge({
      ...{ name, help, labelNames: [...labelNames], registers: [registry] },
      async collect() {
        this.reset();
        // Without labels, a gauge is 0 after a reset.
        if (labelNames.length === 0) this.remove();
        try {
          const { rows } = await pool.query<Record<string, string | number>>(statement);
          for (const { value, ...labels } of rows) this.set(labels, Number(value));
        } catch (error) {
          log.warn({ err: error, name }, "a figure could not be read");
        }
      },
    });
  }
}
