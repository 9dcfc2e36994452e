import type { ConvexTerm } from "../convex/terms/term-forms.ts";
import { ArgumentError } from "../errors.ts";
import { semidefiniteFactor } from "../linalg/semidefinite-factor.ts";
import { riskTerm } from "../risk/measures/risk-term.ts";
import type { PortfolioMeasure, PortfolioModel } from "./portfolio-model.ts";
import { growthDegree, isOfCovariance } from "./portfolio-risk.ts";

/**
 * Writes the root of a measure as a convex term: the measure itself, or its square root where it
 * grows with the square of the weights. Both are lowest for the same weights.
 *
 * @throws {ArgumentError} The measure is not convex, or needs scenarios and there are none.
 */
export function rootTerm(
  measure: PortfolioMeasure,
  { covariance, scenarios }: Pick<PortfolioModel, "covariance" | "scenarios">,
): ConvexTerm {
  if (isOfCovariance(measure)) {
    return { kind: "norm", matrix: semidefiniteFactor(covariance) };
  }
  if (scenarios === undefined) {
    throw new ArgumentError(`${measure.kind} needs scenarios of returns`);
  }
  return riskTerm(measure, scenarios);
}

/** Turns a highest value of a measure into one of its root. */
export function rootLimit(measure: PortfolioMeasure, max: number): number {
  return growthDegree(measure) === 2 ? Math.sqrt(max) : max;
}

/** Writes a measure itself as a convex term: the square of its root where it grows that way. */
export function squareTerm(
  measure: PortfolioMeasure,
  model: Pick<PortfolioModel, "covariance" | "scenarios">,
): ConvexTerm {
  const term = rootTerm(measure, model);
  return growthDegree(measure) === 2 ? { kind: "square", term } : term;
}
