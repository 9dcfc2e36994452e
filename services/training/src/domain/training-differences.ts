import type { Matrix } from "@portfolio/quant";
import type { Metric, Replay } from "./model-version.ts";

/** What a training makes, as far as it is compared. */
export interface Trained {
  /** SHA-256 of the prices. */
  readonly contentHash: string;
  readonly artifactHash: string;
  readonly metrics: readonly Metric[];
  readonly replay: Replay | undefined;
}

/** Figures that grow with what was tried since. */
const PASSING_METRICS: readonly string[] = ["trial_count", "long_short_deflated"];

/**
 * Names what is not the same, bit for bit, in two trainings of one specification. Without a replay,
 * forecasts are not compared.
 */
export function differencesOf(first: Trained, second: Trained): string[] {
  const differences: string[] = [];
  if (first.contentHash !== second.contentHash) {
    differences.push("content_hash");
  }
  if (first.artifactHash !== second.artifactHash) {
    differences.push("artifact");
  }
  if (first.replay !== undefined && !hasSameDays(first.replay, second.replay)) {
    differences.push("forecasts", "outcomes");
  } else if (first.replay !== undefined && second.replay !== undefined) {
    differences.push(...replayDifferences(first.replay, second.replay));
  }
  if (metricsText(first) !== metricsText(second)) {
    differences.push("metrics");
  }
  return differences;
}

function replayDifferences(first: Replay, second: Replay): string[] {
  return (["forecasts", "outcomes"] as const).filter(
    (name) => !hasSameNumbers(first[name], second[name]),
  );
}

function hasSameDays(first: Replay, second: Replay | undefined): boolean {
  return (
    second !== undefined &&
    first.dates.join() === second.dates.join() &&
    first.symbols.join() === second.symbols.join()
  );
}

/** Tells -0 from 0, but no not-a-number from another. */
function hasSameNumbers({ values }: Matrix, other: Matrix): boolean {
  return (
    values.length === other.values.length &&
    values.every((value, k) => Object.is(value, other.values[k]))
  );
}

function metricsText({ metrics }: Trained): string {
  return metrics
    .filter(({ name }) => !PASSING_METRICS.includes(name))
    .map(({ name, fold, value, standardError }) => [name, fold, value, standardError].join(" "))
    .join("\n");
}
