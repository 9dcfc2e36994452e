import { riskTerm, rootRiskTerm } from "../convex/risk-term.ts";
import type { ConvexTerm } from "../convex/terms/term-forms.ts";
import { ArgumentError } from "../errors.ts";
import { semidefiniteFactor } from "../linalg/semidefinite-factor.ts";
import type { PortfolioMeasure, PortfolioModel } from "./portfolio-model.ts";
import { growthDegree, isOfCovariance } from "./portfolio-risk.ts";

/** What measures of risk are computed from. */
type RiskSource = Pick<PortfolioModel, "covariance" | "scenarios" | "countedLosses">;

/**
 * Writes a measure as a convex term.
 *
 * @throws {ArgumentError} The measure is not convex, or needs scenarios and there are none.
 */
export function measureTerm(measure: PortfolioMeasure, source: RiskSource): ConvexTerm {
  if (measure.kind === "variance") {
    return { kind: "square", term: rootTerm(measure, source) };
  }
  const isOwnRoot = ["standard-deviation", "robust-cvar", "var"].includes(measure.kind);
  return measure.kind === "robust-cvar" || isOwnRoot
    ? rootTerm(measure, source)
    : riskTerm(measure, scenariosOf(measure, source));
}

/**
 * Writes the root of a measure as a convex term: the measure itself, or its square root where it
 * grows with the square of the weights. Both are lowest for the same weights.
 *
 * @throws {ArgumentError} As `measureTerm`.
 */
export function rootTerm(measure: PortfolioMeasure, source: RiskSource): ConvexTerm {
  if (isOfCovariance(measure)) {
    return { kind: "norm", matrix: semidefiniteFactor(source.covariance) };
  }
  const stand = measure.kind === "var" ? standIn(measure.level, source) : undefined;
  if (stand !== undefined) {
    return stand;
  }
  const scenarios = scenariosOf(measure, source);
  if (measure.kind !== "robust-cvar") {
    return rootRiskTerm(measure, scenarios);
  }
  const { level, radius } = measure;
  return {
    kind: "sum",
    parts: [
      { weight: 1, term: rootRiskTerm({ kind: "cvar", level }, scenarios) },
      { weight: radius / (1 - level), term: { kind: "norm", matrix: identity(scenarios) } },
    ],
  };
}

/** Turns a highest value of a measure into one of its root. */
export function rootLimit(measure: PortfolioMeasure, max: number): number {
  return growthDegree(measure) === 2 ? Math.sqrt(max) : max;
}

function standIn(level: number, { countedLosses }: RiskSource): ConvexTerm | undefined {
  return countedLosses?.find((each) => each.level === level)?.term;
}

function scenariosOf({ kind }: PortfolioMeasure, { scenarios }: RiskSource) {
  if (scenarios === undefined) {
    throw new ArgumentError(`${kind} needs scenarios of returns`);
  }
  return scenarios;
}

function identity({ returns: { cols: n } }: ReturnType<typeof scenariosOf>) {
  const values = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    values[i * n + i] = 1;
  }
  return { rows: n, cols: n, values };
}
