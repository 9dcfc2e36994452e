import { collectDefaultMetrics, Registry } from "prom-client";

/**
 * Makes the metrics registry of one service, with the process's own figures (memory, CPU, event
 * loop lag, garbage collection) in it. Every sample carries the label `service`.
 *
 * @param service - Name of the service, such as `data`.
 */
export function createMetricsRegistry(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}
