import type { Metric } from "./model-version.ts";
import type { Target } from "./training-spec.ts";

/** What is known of a version's skill at ordering assets. */
export interface ForecastSkill {
  /** Mean correlation of forecasts and outcomes over the assets of a day. */
  readonly coefficient: number;
  readonly standardError: number;
  /** See `shrinkCoefficient`. */
  readonly shrunkCoefficient: number;
  /** Share of the outcomes' variance that forecasts explain: the square of the shrunk coefficient. */
  readonly confidence: number;
}

/** Reads the skill out of measures; undefined where none was measured, or the target orders nothing. */
export function forecastSkill(
  { kind }: Target,
  metrics: readonly Metric[],
): ForecastSkill | undefined {
  const metric = metrics.find(({ name, fold }) => name === "ic" && fold === 0);
  if ((kind !== "rank" && kind !== "return") || metric?.standardError === undefined) {
    return undefined;
  }
  const { value, standardError } = metric;
  const shrunkCoefficient = shrinkCoefficient(value, standardError);
  return {
    coefficient: value,
    standardError,
    shrunkCoefficient,
    confidence: shrunkCoefficient ** 2,
  };
}

/**
 * Shrinks a measured correlation toward 0 by what may be luck: IC·max(0, 1 − SE²/IC²).
 *
 * The mean of what is left of a normal prior about 0 whose variance is estimated by the one
 * measurement, IC² − SE². A coefficient within one error of 0, or below it, is taken as none.
 *
 * @see Efron & Morris (1973), "Stein's Estimation Rule and Its Competitors—An Empirical Bayes
 *   Approach", eq. 1.11, doi:10.1080/01621459.1973.10481350
 */
export function shrinkCoefficient(coefficient: number, standardError: number): number {
  if (!(coefficient > 0) || !(standardError >= 0)) {
    return 0;
  }
  return coefficient * Math.max(0, 1 - (standardError / coefficient) ** 2);
}
