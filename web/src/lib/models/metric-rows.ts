import { formatCount, formatPercent, formatRatio, formatScientific, MISSING } from "../format.ts";
import { m } from "../i18n/models/messages.ts";
import type { MetricEntry, TargetName } from "./version-entry.ts";

/** The measures that matter most, by what is forecast. */
const HEADLINES: Readonly<Record<TargetName, readonly string[]>> = {
  rank: ["rank_ic", "icir", "long_short_sharpe"],
  return: ["r2_oos", "rank_ic", "long_short_sharpe"],
  volatility: ["qlike", "calibration_slope"],
  quantile: ["pinball", "coverage"],
};

const FORMATS: Readonly<Record<string, ((value: number) => string) | undefined>> = {
  r2_oos: formatPercent,
  coverage: formatPercent,
  hit_rate: formatPercent,
  deflated_sharpe: formatPercent,
  pbo: formatPercent,
  observation_count: formatCount,
  day_count: formatCount,
  icir: formatRatio,
  icir_per_year: formatRatio,
  ic_t: formatRatio,
  trial_count: formatCount,
  long_short_return: formatPercent,
  long_short_deflated: formatPercent,
  rank_ic_t: formatRatio,
  calibration_slope: formatRatio,
  long_short_sharpe: formatRatio,
};
const AGAINST = /^dm_(?<figure>t|p)_(?<rule>.+)$/u;
const GAIN = /^gain_(?<rule>.+)$/u;

/** What a measure is called, and what it means. */
export function metricText(name: string): { readonly name: string; readonly text: string } {
  const known = m.metrics[name];
  const against = AGAINST.exec(name)?.groups;
  if (known === undefined && against !== undefined) {
    const rule = (against["rule"] ?? "").replaceAll("_", " ");
    return against["figure"] === "t"
      ? { name: m.against(rule), text: m.againstText }
      : { name: m.chanceOf(rule), text: m.chanceText };
  }
  const over = GAIN.exec(name)?.groups?.["rule"];
  if (known === undefined && over !== undefined) {
    return { name: m.gainOver(over.replaceAll("_", " ")), text: m.gainText };
  }
  return known ?? { name: name.replaceAll("_", " "), text: "" };
}

/** Writes a measure, with its standard error where that is known. */
export function metricValue(metric: MetricEntry | undefined): string {
  if (metric === undefined) {
    return MISSING;
  }
  const format = FORMATS[metric.name] ?? (metric.name.startsWith("dm_t") ? formatRatio : undefined);
  const text = (format ?? formatScientific)(metric.value);
  return metric.standardError === undefined
    ? text
    : `${text} ± ${(format ?? formatScientific)(metric.standardError)}`;
}

/** The measures that matter most, over all folds, in a line. */
export function headlines(target: TargetName): readonly string[] {
  return HEADLINES[target];
}

/** Finds a measure over all folds. */
export function wholeMetric(
  metrics: readonly MetricEntry[],
  name: string,
): MetricEntry | undefined {
  return metrics.find((metric) => metric.name === name && metric.fold === 0);
}

/** A table of measures: one row each, one column for all and one for each fold. */
export function metricTable(metrics: readonly MetricEntry[]): {
  readonly folds: readonly number[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly string[] }[];
} {
  const folds = [...new Set(metrics.map(({ fold }) => fold))].sort((a, b) => a - b);
  const names = [...new Set(metrics.map(({ name }) => name))];
  return {
    folds,
    rows: names.map((name) => ({
      name,
      cells: folds.map((fold) =>
        metricValue(metrics.find((metric) => metric.name === name && metric.fold === fold)),
      ),
    })),
  };
}
