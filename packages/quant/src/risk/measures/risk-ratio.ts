import { dot } from "../../linalg/matrix.ts";
import { requireProbabilities } from "./checks.ts";
import { measureRisk } from "./measure-risk.ts";
import { homogeneityDegree, type RiskMeasure } from "./risk-measure.ts";

/** Excess return by unit of risk, or that there is no risk to divide by. */
export type RiskRatio =
  | { readonly status: "defined"; readonly ratio: number }
  | { readonly status: "no-risk" };

/**
 * Divides a portfolio's mean excess return by its risk.
 *
 * Measures that grow with the square of the weights enter by their square root, so that the ratio
 * does not depend on leverage: with the variance it is the Sharpe ratio.
 *
 * @param returns - Simple returns per period, length T.
 * @param options - The risk-free return per period, and probabilities that are equal where absent.
 * @returns The ratio per period; no risk where the measure is 0 or negative.
 * @throws {ArgumentError} As measureRisk.
 */
export function riskRatio(
  measure: RiskMeasure,
  returns: Float64Array,
  { riskFree, probabilities }: { readonly riskFree: number; readonly probabilities?: Float64Array },
): RiskRatio {
  const value = measureRisk(measure, returns, probabilities);
  const risk = homogeneityDegree(measure) === 2 ? Math.sqrt(value) : value;
  if (!(risk > 0)) {
    return { status: "no-risk" };
  }
  const mean = dot(requireProbabilities(returns.length, probabilities), returns);
  return { status: "defined", ratio: (mean - riskFree) / risk };
}

const RATIO_NAMES: { readonly [kind in RiskMeasure["kind"]]?: string } = {
  variance: "Sharpe ratio",
  "standard-deviation": "Sharpe ratio",
  semivariance: "Sortino ratio",
  semideviation: "Sortino ratio",
  "mean-absolute-deviation": "mean absolute deviation ratio",
  cvar: "conditional Sharpe ratio",
  var: "reward-to-VaR ratio",
  "worst-realization": "minimax ratio",
  "maximum-drawdown": "Calmar ratio",
  "average-drawdown": "Sterling ratio",
  "ulcer-index": "Martin ratio",
  "gini-mean-difference": "Gini ratio",
};

/**
 * Names the ratio of excess return to a measure of risk, such as "Sharpe ratio".
 *
 * @see Bacon (2023), "Practical Portfolio Performance Measurement and Attribution", for the names
 */
export function ratioName(measure: RiskMeasure): string {
  if (measure.kind === "lower-partial-moment") {
    return measure.order === 1 ? "Omega ratio less one" : "Sortino ratio";
  }
  return RATIO_NAMES[measure.kind] ?? `excess return by ${measure.kind}`;
}
