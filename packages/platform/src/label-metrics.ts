import { Gauge, Histogram, type Registry } from "prom-client";

/** Names a metric. */
export interface LabelMetricOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Label[];
}

const DURATION_BUCKETS_SECONDS = [0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000];

/** Shows a number for each set of labels. */
export function labelGauge<Label extends string>(
  registry: Registry,
  options: LabelMetricOptions<Label>,
): (labels: Readonly<Record<Label, string>>, value: number) => void {
  const gauge = new Gauge({ ...options, registers: [registry] });
  return (labels, value) => gauge.set(labels, value);
}

/** Times work of up to an hour by labels. */
export function labelDurations<Label extends string>(
  registry: Registry,
  options: LabelMetricOptions<Label>,
): (labels: Readonly<Record<Label, string>>, durationMs: number) => void {
  const histogram = new Histogram({
    ...options,
    buckets: DURATION_BUCKETS_SECONDS,
    registers: [registry],
  });
  return (labels, durationMs) => histogram.observe(labels, durationMs / 1000);
}
