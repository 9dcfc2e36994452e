import type { ForecastSkill } from "./forecast-skill.ts";
import type { Target } from "./training-spec.ts";

/** What a version says of all of its assets as of one day. One number per symbol in each array. */
export interface RawForecasts {
  readonly symbols: readonly string[];
  /** In the unit of outcomes: of volatilities the mean variance per day. NaN: too little history. */
  readonly values: Float64Array;
  /** Standard deviations per year of the returns of the last 252 days, NaN as `values`. */
  readonly volatilitiesPerYear: Float64Array;
  /** The same of returns over the mean of all assets. */
  readonly excessVolatilitiesPerYear: Float64Array;
  /** Half the width of an interval of 90 % in the unit of `values`; NaN where it is not known. */
  readonly intervalRadius: number;
}

/** What a version says of one asset, in units that people read. */
export interface AssetForecast {
  readonly symbol: string;
  /** In the unit of the target: of volatilities a standard deviation per year. */
  readonly score: number;
  /** A fraction over the mean of all assets. */
  readonly expectedExcessReturnPerYear: number | undefined;
  readonly volatilityPerYear: number;
  readonly interval: { readonly lower: number; readonly upper: number } | undefined;
}

const YEAR = 252;

/**
 * Reads a version's forecasts of each of its assets; undefined where there is too little history.
 *
 * The expected return is α = IC·σ·z per horizon, where z is the forecast in standard deviations of
 * the day's, and σ the volatility of what is forecast, the return over the mean of all assets; per
 * year, that is IC·σ·z·√(252/h) of the volatility per year.
 *
 * @see Grinold (1994), "Alpha is Volatility Times IC Times Score", eq. 10,
 *   doi:10.3905/jpm.1994.409482
 */
export function assetForecasts(
  raw: RawForecasts,
  target: Target,
  skill: ForecastSkill | undefined,
): (AssetForecast | undefined)[] {
  const scores = skill && standardScores(raw.values);
  const perYear = scalePerYear(skill, target);
  return raw.symbols.map((symbol, k) => {
    const value = raw.values[k] ?? Number.NaN;
    const excessVolatility = raw.excessVolatilitiesPerYear[k] ?? Number.NaN;
    const score = scoreOf(target, value);
    return Number.isFinite(value)
      ? {
          symbol,
          score,
          expectedExcessReturnPerYear: scores && perYear * excessVolatility * (scores[k] ?? 0),
          volatilityPerYear:
            target.kind === "volatility" ? score : (raw.volatilitiesPerYear[k] ?? Number.NaN),
          interval: intervalOf(value, raw.intervalRadius, target),
        }
      : undefined;
  });
}

/** Tells which return per year is expected of one standard deviation of scores and of returns. */
export function scalePerYear(
  skill: Pick<ForecastSkill, "shrunkCoefficient"> | undefined,
  { horizonDays }: Target,
): number {
  return (skill?.shrunkCoefficient ?? 0) * Math.sqrt(YEAR / horizonDays);
}

/** Standardizes over the assets that have a value; all are 0 where they do not differ. */
export function standardScores(values: Float64Array): Float64Array {
  const known = values.filter((value) => Number.isFinite(value));
  const mean = known.reduce((sum, value) => sum + value / known.length, 0);
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / Math.max(1, known.length - 1));
  return values.map((value) => (deviation > 0 ? (value - mean) / deviation : 0));
}

/** Turns a forecast into the unit of the target. */
export function scoreOf({ kind }: Target, value: number): number {
  return kind === "volatility" ? Math.sqrt(YEAR * Math.max(0, value)) : value;
}

function intervalOf(value: number, radius: number, target: Target): AssetForecast["interval"] {
  return Number.isFinite(radius)
    ? { lower: scoreOf(target, value - radius), upper: scoreOf(target, value + radius) }
    : undefined;
}
