/** A measure of the dispersion of returns. */
export type DispersionMeasure =
  /** Σ pₜ(yₜ − m)² / (1 − Σ pₜ²), which divides by T − 1 where scenarios are equally likely. */
  | { readonly kind: "variance" }
  | { readonly kind: "standard-deviation" }
  /** Like the variance, of the returns below the mean. */
  | { readonly kind: "semivariance" }
  | { readonly kind: "semideviation" }
  /** E|y − m|. */
  | { readonly kind: "mean-absolute-deviation" }
  /** √E(y − m)⁴, the square-root kurtosis of Riskfolio-Lib. */
  | { readonly kind: "kurtosis" }
  /** √E min(y − m, 0)⁴. */
  | { readonly kind: "semi-kurtosis" }
  /** (E(y − m)²ᵏ)^(1/k) with 2k = `order`, which is even and at least 4. */
  | { readonly kind: "even-moment"; readonly order: number }
  /** (E min(y − m, 0)²ᵏ)^(1/k) with 2k = `order`. */
  | { readonly kind: "even-semi-moment"; readonly order: number };

/**
 * The mean shortfall below a threshold per period, E max(c − y, 0), or for order 2 the root
 * √(Σ pₜ max(c − yₜ, 0)² / (1 − Σ pₜ²)).
 */
export interface LowerPartialMoment {
  readonly kind: "lower-partial-moment";
  readonly order: 1 | 2;
  readonly threshold: number;
}

/**
 * A measure of the worst returns.
 *
 * `level` is a confidence in (0, 1): 0.95 looks at the worst 5 %, α = 1 − level. `deformation` is
 * Kaniadakis' κ in (0, 1): the relativistic measure tends to the entropic one as κ → 0 and to the
 * worst loss as κ → 1.
 */
export type TailMeasure =
  | { readonly kind: "worst-realization" }
  /** The least loss that is exceeded with a probability of at most α. */
  | { readonly kind: "var"; readonly level: number }
  /** The mean of the worst share α; the scenario at its edge counts in part. */
  | { readonly kind: "cvar"; readonly level: number }
  | { readonly kind: "evar"; readonly level: number }
  | { readonly kind: "rlvar"; readonly level: number; readonly deformation: number };

/**
 * A measure of the falls from the highest value so far, the start included.
 *
 * Values are cumulative sums of returns, as Riskfolio-Lib and skfolio optimize them: a drawdown is
 * a difference, in units of the initial capital. With `compounded` they are products of 1 + y and a
 * drawdown is a fraction of the peak; that is reported, not convex and so not optimized.
 */
export type DrawdownMeasure = (
  | { readonly kind: "average-drawdown" }
  | { readonly kind: "maximum-drawdown" }
  /** The root mean square of the drawdowns. */
  | { readonly kind: "ulcer-index" }
  | { readonly kind: "dar"; readonly level: number }
  | { readonly kind: "cdar"; readonly level: number }
  | { readonly kind: "edar"; readonly level: number }
  | { readonly kind: "rldar"; readonly level: number; readonly deformation: number }
) & { readonly compounded?: boolean };

/**
 * A measure that weighs returns by their rank.
 *
 * `gainLevel` and `gainDeformation` are those of the side of the gains, the same as of the losses
 * where they are absent.
 */
export type OrderedMeasure =
  /** E|y − y′| over pairs of different scenarios. */
  | { readonly kind: "gini-mean-difference" }
  /**
   * (2/α²) ∫₀^α a·CVaR(1 − a) da. With `pieces` the integral is Riskfolio-Lib's trapezoidal sum
   * over that many equal steps from 0.0001 to α; without, it is exact.
   */
  | { readonly kind: "tail-gini"; readonly level: number; readonly pieces?: number }
  /** The largest return less the smallest. */
  | { readonly kind: "range" }
  | { readonly kind: "var-range"; readonly level: number; readonly gainLevel?: number }
  | { readonly kind: "cvar-range"; readonly level: number; readonly gainLevel?: number }
  | {
      readonly kind: "tail-gini-range";
      readonly level: number;
      readonly gainLevel?: number;
      readonly pieces?: number;
    }
  | { readonly kind: "evar-range"; readonly level: number; readonly gainLevel?: number }
  | {
      readonly kind: "rlvar-range";
      readonly level: number;
      readonly deformation: number;
      readonly gainLevel?: number;
      readonly gainDeformation?: number;
    }
  /**
   * Σ vₖ y₍ₖ₎ over the returns in ascending order. Length T; convex if the vₖ do not decrease.
   * Scenarios must be equally likely.
   */
  | { readonly kind: "ordered-weighted"; readonly weights: Float64Array };

/** A number about the shape of the distribution that is reported, not minimized. */
export type ShapeMeasure =
  /** E(y − m)³ / σ³, with moments that divide by T. */
  | { readonly kind: "skewness" }
  /** E(y − m)⁴ / σ⁴. */
  | { readonly kind: "standardized-kurtosis" };

/** A way to put a number on the risk of a portfolio's returns y in T scenarios. */
export type RiskMeasure =
  | DispersionMeasure
  | LowerPartialMoment
  | TailMeasure
  | DrawdownMeasure
  | OrderedMeasure
  | ShapeMeasure;

/**
 * Says with which power of the weights a measure grows: ρ(sw) = sᵈρ(w) for s > 0.
 *
 * @returns 0, 1 or 2; undefined for measures that are not homogeneous: with a threshold other than
 *   0, or of compounded returns.
 */
export function homogeneityDegree(measure: RiskMeasure): 0 | 1 | 2 | undefined {
  switch (measure.kind) {
    case "variance":
    case "semivariance":
    case "kurtosis":
    case "semi-kurtosis":
    case "even-moment":
    case "even-semi-moment":
      return 2;
    case "skewness":
    case "standardized-kurtosis":
      return 0;
    case "lower-partial-moment":
      return measure.threshold === 0 ? 1 : undefined;
    default:
      return "compounded" in measure && measure.compounded === true ? undefined : 1;
  }
}
