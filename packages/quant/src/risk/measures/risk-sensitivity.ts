import { requireFinite } from "../../linalg/matrix.ts";
import {
  centralMoment,
  lowerPartialMoment,
  momentOf,
  standardizedMoment,
} from "./central-moment.ts";
import { requireMeasure, requireProbabilities } from "./checks.ts";
import { distortionOf } from "./distortion.ts";
import { drawdownRisk } from "./drawdown-risk.ts";
import { lossRisk, rangeRisk } from "./loss-risk.ts";
import type { RiskMeasure } from "./risk-measure.ts";
import { ofNegative, type Sensitivity } from "./sensitivity.ts";
import { orderedSum, spectralRisk } from "./spectral-risk.ts";

/**
 * Measures risk and its gradient, or a subgradient, in the portfolio's returns.
 *
 * @param returns - Length T, in time's order for drawdowns.
 * @param probabilities - Length T, ≥ 0, of sum 1; equal where absent.
 * @throws {ArgumentError} Returns are not finite, or too few; probabilities or the measure's
 *   parameters are out of their range.
 */
export function riskSensitivity(
  measure: RiskMeasure,
  returns: Float64Array,
  probabilities?: Float64Array,
): Sensitivity {
  requireFinite(returns, "returns");
  const masses = requireProbabilities(returns.length, probabilities);
  requireMeasure(measure, masses);
  switch (measure.kind) {
    case "variance":
    case "standard-deviation":
    case "semivariance":
    case "semideviation":
    case "mean-absolute-deviation":
    case "kurtosis":
    case "semi-kurtosis":
    case "even-moment":
    case "even-semi-moment":
      return centralMoment(returns, masses, momentOf(measure));
    case "skewness":
      return standardizedMoment(returns, masses, 3);
    case "standardized-kurtosis":
      return standardizedMoment(returns, masses, 4);
    case "lower-partial-moment":
      return lowerPartialMoment(returns, masses, measure);
    case "gini-mean-difference":
    case "tail-gini":
    case "tail-gini-range":
    case "cvar-range":
      return ofNegative(returns, (losses) =>
        spectralRisk(losses, masses, distortionOf(measure, masses)),
      );
    case "ordered-weighted":
      return orderedSum(returns, measure.weights);
    case "average-drawdown":
    case "maximum-drawdown":
    case "ulcer-index":
    case "dar":
    case "cdar":
    case "edar":
    case "rldar":
      return drawdownRisk(measure, returns, masses);
    case "range":
    case "var-range":
    case "evar-range":
    case "rlvar-range":
      return rangeRisk(measure, returns, masses);
    default:
      return ofNegative(returns, (losses) => lossRisk(measure, losses, masses));
  }
}
