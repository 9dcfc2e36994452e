import { dot } from "../../linalg/matrix.ts";
import { compoundedDrawdowns, uncompoundedDrawdowns } from "./drawdown-path.ts";
import { lossRisk } from "./loss-risk.ts";
import type { DrawdownMeasure, TailMeasure } from "./risk-measure.ts";
import type { Sensitivity } from "./sensitivity.ts";

/**
 * Computes a measure of the drawdowns: a measure of loss, with drawdowns for losses.
 *
 * @param returns - Length T, in time's order.
 * @param probabilities - Weights of the drawdowns after each return, length T, ≥ 0, of sum 1.
 * @throws {ArgumentError} Drawdowns are compounded and a return is −1 or less.
 * @see Chekhlov, Uryasev & Zabarankin (2005), "Drawdown Measure in Portfolio Optimization",
 *   doi:10.1142/S0219024905002767; Martin & McCann (1989), "The Investor's Guide to Fidelity Funds",
 *   for the Ulcer index
 */
export function drawdownRisk(
  measure: DrawdownMeasure,
  returns: Float64Array,
  probabilities: Float64Array,
): Sensitivity {
  const path =
    measure.compounded === true ? compoundedDrawdowns(returns) : uncompoundedDrawdowns(returns);
  const { value, gradient } = riskOf(measure, path.drawdowns, probabilities);
  return { value, gradient: path.pullBack(gradient) };
}

function riskOf(
  measure: DrawdownMeasure,
  drawdowns: Float64Array,
  probabilities: Float64Array,
): Sensitivity {
  if (measure.kind === "average-drawdown") {
    return { value: dot(probabilities, drawdowns), gradient: probabilities };
  }
  if (measure.kind === "ulcer-index") {
    return rootMeanSquare(drawdowns, probabilities);
  }
  return lossRisk(tailOf(measure), drawdowns, probabilities);
}

/** The measure of loss that a measure of drawdown is of the drawdowns. */
export function tailOf(
  measure: Exclude<DrawdownMeasure, { readonly kind: "average-drawdown" | "ulcer-index" }>,
): TailMeasure {
  switch (measure.kind) {
    case "maximum-drawdown":
      return { kind: "worst-realization" };
    case "dar":
      return { kind: "var", level: measure.level };
    case "cdar":
      return { kind: "cvar", level: measure.level };
    case "edar":
      return { kind: "evar", level: measure.level };
    case "rldar":
      return { kind: "rlvar", level: measure.level, deformation: measure.deformation };
  }
}

/** Computes the root of Σ pₜdₜ². */
export function rootMeanSquare(drawdowns: Float64Array, probabilities: Float64Array): Sensitivity {
  let largest = 0;
  for (let t = 0; t < drawdowns.length; t++) {
    largest = Math.max(largest, drawdowns[t]);
  }
  const gradient = new Float64Array(drawdowns.length);
  let sum = 0;
  for (let t = 0; t < drawdowns.length; t++) {
    sum += largest === 0 ? 0 : probabilities[t] * (drawdowns[t] / largest) ** 2;
  }
  const value = Math.sqrt(sum) * largest;
  for (let t = 0; t < drawdowns.length && value > 0; t++) {
    gradient[t] = (probabilities[t] * drawdowns[t]) / value;
  }
  return { value, gradient };
}
