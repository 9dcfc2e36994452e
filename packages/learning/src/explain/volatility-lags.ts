import { meanSquareBefore } from "../features/feature-frame.ts";
import type { ForecastRule } from "../forecast/forecast-rule.ts";
import { dayVariances, EXPONENTIAL_DAYS, GARCH_DAYS } from "../forecast/volatility-forecasts.ts";
import type { GarchParameters } from "../volatility/garch-likelihood.ts";
import type { HeterogeneousAutoregression } from "../volatility/heterogeneous-autoregression.ts";

/** A variance as a constant and what past days add to it. */
export interface LagAttribution {
  readonly expectation: number;
  /** Mean of each group's variances: squared returns, or their logarithms; of bounds what they bound. */
  readonly values: Float64Array;
  readonly contributions: Float64Array;
}

/** Rules of volatility whose forecasts are sums over past days. */
export type LagRule = Extract<
  ForecastRule,
  { kind: "exponential-volatility" | "garch" | "heterogeneous" }
>;

/** Ages of days in a group, in trading days: the first is the last day itself. */
const GROUP_STARTS = [0, 1, 5, 22];
/** Days of the means of a heterogeneous autoregression. */
const MEAN_DAYS = [1, 5, 22];
const YEAR = 252;

/** Names what a rule's forecasts are sums over. */
export function lagNames({ kind }: LagRule): string[] {
  return kind === "heterogeneous"
    ? ["variance_1", "variance_5", "variance_22", "bounds"]
    : ["variance_last_day", "variance_days_2_5", "variance_days_6_22", "variance_older"];
}

/** Weight of an exponential mean by age, and what is squared. */
export function exponentialLags(decay: number, returns: Float64Array, day: number): LagAttribution {
  let weights = 0;
  for (let k = 0; k < EXPONENTIAL_DAYS; k++) {
    weights += decay ** k;
  }
  const groups = newGroups();
  for (let k = 0; k < EXPONENTIAL_DAYS; k++) {
    const variance = returns[day - k] ** 2;
    addDay(groups, k, variance, (decay ** k / weights) * variance);
  }
  return { expectation: 0, ...finished(groups) };
}

/** What each past shock adds to the mean variance of the next days, by its age; see `garchForecasts`. */
export function garchLags(
  fit: GarchParameters,
  horizonDays: number,
  returns: Float64Array,
  day: number,
): LagAttribution {
  const { share, constant } = meanAhead(fit, horizonDays);
  const groups = newGroups();
  let [weight, expectation] = [share, constant];
  for (let t = day; t >= Math.max(1, day - GARCH_DAYS + 1); t--) {
    const squared = (returns[t] - fit.mean) ** 2;
    if (!Number.isNaN(squared)) {
      addDay(groups, day - t, squared, weight * fit.shock * squared);
      expectation += weight * fit.constant;
      weight *= fit.persistence;
    }
  }
  expectation += weight * meanSquareBefore(returns, day, YEAR);
  return { expectation, ...finished(groups) };
}

/** The mean variance of the next days is `share` of the next day's, and a constant. */
function meanAhead({ constant, shock, persistence }: GarchParameters, horizonDays: number) {
  const ahead = { share: 0, constant: 0 };
  let [power, sum] = [1, 0];
  for (let k = 0; k < horizonDays; k++) {
    ahead.share += power / horizonDays;
    ahead.constant += (constant * sum) / horizonDays;
    sum += power;
    power *= shock + persistence;
  }
  return ahead;
}

/**
 * The terms of a regression of variances, or of their logarithms, on means of the past, and what the
 * variances that it was fitted to bound its forecast by; see `forecastHeterogeneous`.
 */
export function heterogeneousLags(
  fit: HeterogeneousAutoregression,
  returns: Float64Array,
  day: number,
): LagAttribution {
  const { intercept, coefficients } = fit.model;
  const brought = (variance: number) => (fit.logarithmic ? Math.log(variance) : variance);
  const values = MEAN_DAYS.map((days) => {
    const variances = dayVariances(returns.subarray(day - days + 1, day + 1));
    return brought(variances.reduce((sum, value) => sum + value, 0) / days);
  });
  const contributions = values.map((value, k) => coefficients[k] * value);
  const expectation = intercept + (fit.logarithmic ? fit.residualVariance / 2 : 0);
  const free = contributions.reduce((sum, part) => sum + part, expectation);
  const bounded = Math.max(brought(fit.least), Math.min(brought(fit.largest), free));
  return {
    expectation,
    values: Float64Array.of(...values, free),
    contributions: Float64Array.of(...contributions, bounded - free),
  };
}

interface Groups {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
  readonly contributions: Float64Array;
}

function newGroups(): Groups {
  const zeros = () => new Float64Array(GROUP_STARTS.length);
  return { sums: zeros(), counts: zeros(), contributions: zeros() };
}

function addDay(groups: Groups, age: number, variance: number, contribution: number): void {
  const group = GROUP_STARTS.findLastIndex((start) => age >= start);
  groups.sums[group] += variance;
  groups.counts[group] += 1;
  groups.contributions[group] += contribution;
}

function finished({ sums, counts, contributions }: Groups) {
  return { values: sums.map((sum, g) => sum / Math.max(1, counts[g])), contributions };
}
