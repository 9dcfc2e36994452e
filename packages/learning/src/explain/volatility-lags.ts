import type { ForecastRule } from "../forecast/forecast-rule.ts";
import { dayVariances, EXPONENTIAL_DAYS, GARCH_DAYS } from "../forecast/volatility-forecasts.ts";
import type { GarchParameters } from "../volatility/garch-likelihood.ts";
import type { HeterogeneousAutoregression } from "../volatility/heterogeneous-autoregression.ts";

/** A variance as a constant and what past days add to it. */
export interface LagAttribution {
  readonly expectation: number;
  /** Mean of each group's variances: squared returns, or their logarithms. */
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

/** Names what a rule's forecasts are sums over. */
export function lagNames({ kind }: LagRule): string[] {
  return kind === "heterogeneous"
    ? ["variance_1", "variance_5", "variance_22"]
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

/** What each past shock adds to the mean variance of the next days, by its age. */
export function garchLags(
  fit: GarchParameters,
  horizonDays: number,
  returns: Float64Array,
  day: number,
): LagAttribution {
  const persistence = fit.shock + fit.persistence;
  const left = Math.max(1e-12, 1 - persistence);
  const mean = fit.constant / left;
  const share = (1 - persistence ** horizonDays) / (horizonDays * left);
  const first = firstDay(returns, day);
  const groups = newGroups();
  let [weight, constant] = [share, 0];
  for (let k = 0; k <= day - first; k++) {
    const squared = (returns[day - k] - fit.mean) ** 2;
    addDay(groups, k, squared, weight * fit.shock * squared);
    constant += weight * fit.constant;
    weight *= fit.persistence;
  }
  return { expectation: mean * (1 - share) + constant + weight * mean, ...finished(groups) };
}

/** The terms of a regression of variances, or of their logarithms, on means of the past. */
export function heterogeneousLags(
  fit: HeterogeneousAutoregression,
  returns: Float64Array,
  day: number,
): LagAttribution {
  const values = Float64Array.from(MEAN_DAYS, (days) => {
    const variances = dayVariances(returns.subarray(day - days + 1, day + 1));
    const mean = variances.reduce((sum, value) => sum + value, 0) / days;
    return fit.logarithmic ? Math.log(mean) : mean;
  });
  const { intercept, coefficients } = fit.model;
  return {
    expectation: intercept + (fit.logarithmic ? fit.residualVariance / 2 : 0),
    values,
    contributions: values.map((value, k) => coefficients[k] * value),
  };
}

/** A GARCH starts anew after a day without a return. */
function firstDay(returns: Float64Array, day: number): number {
  let first = day + 1;
  while (first > Math.max(1, day - GARCH_DAYS + 1) && !Number.isNaN(returns[first - 1])) {
    first--;
  }
  return first;
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
