const MEANINGS: Readonly<Record<string, string>> = {
  rank_ic: "rank correlation of forecasts and outcomes over the assets, mean over days",
  ic: "correlation of forecasts and outcomes over the assets, mean over days",
  icir: "mean of the rank correlation over its deviation, per day",
  icir_per_year: "mean of the rank correlation over its deviation, per year",
  ic_t: "mean of the rank correlation over its standard error",
  r2_oos: "share of squared outcomes that forecasts explain",
  qlike: "loss of forecasts of variance: 0 is exact",
  pinball: "loss of forecasts of a quantile: less is better",
  squared_error: "mean squared error",
  coverage: "share of outcomes below their forecast quantile",
  calibration_slope: "slope of outcomes on forecasts: 1 is calibrated, less is too bold",
  calibration_intercept: "intercept of outcomes on forecasts: 0 is calibrated",
  long_short_return: "return of the upper third less the lower third over a horizon",
  long_short_sharpe: "Sharpe ratio per year of the upper third less the lower third, before costs",
  long_short_deflated: "chance that this Sharpe ratio is not the luck of all trials",
  trial_count: "versions and trials until then",
};

const COMPARISONS: readonly (readonly [string, string])[] = [
  ["dm_t_", "Diebold–Mariano statistic against $: positive is better than it"],
  ["dm_p_", "probability of such a difference from $ by chance"],
];

/** Says in words what a figure means; nothing of those that it does not know. */
export function figureMeaning(name: string): string {
  const comparison = COMPARISONS.find(([prefix]) => name.startsWith(prefix));
  if (comparison !== undefined) {
    const [prefix, sentence] = comparison;
    return sentence.replace("$", name.slice(prefix.length).replaceAll("_", " "));
  }
  return MEANINGS[name] ?? "";
}
