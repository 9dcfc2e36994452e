import { Counter, type Registry } from "prom-client";
import type { CacheOutcome } from "./cache.ts";

const NAME = "portfolio_cache_reads_total";

/**
 * Counts what becomes of reads. Several caches may share a registry.
 *
 * @param cache - Name of the cache, such as `forecasts`.
 */
export function cacheMetrics(registry: Registry, cache: string): (outcome: CacheOutcome) => void {
  const counter =
    (registry.getSingleMetric(NAME) as Counter | undefined) ??
    new Counter({
      name: NAME,
      help: "Reads of caches, by what became of them.",
      labelNames: ["cache", "outcome"],
      registers: [registry],
    });
  return (outcome) => counter.inc({ cache, outcome });
}
