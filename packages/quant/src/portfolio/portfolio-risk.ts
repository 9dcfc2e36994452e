import type { Scenarios } from "../convex/terms/scenarios.ts";
import { ArgumentError } from "../errors.ts";
import { dot, multiplyVector } from "../linalg/matrix.ts";
import { type RiskGradient, riskGradient } from "../risk/measures/measure-risk.ts";
import { homogeneityDegree } from "../risk/measures/risk-measure.ts";
import type { PortfolioMeasure, PortfolioModel } from "./portfolio-model.ts";

/** Whether a measure comes from the covariance per year, and not from scenarios per day. */
export function isOfCovariance({ kind }: PortfolioMeasure): boolean {
  return kind === "variance" || kind === "standard-deviation";
}

/**
 * Says with which power of the weights a measure grows; undefined where it is not homogeneous.
 */
export function growthDegree(measure: PortfolioMeasure): 0 | 1 | 2 | undefined {
  return measure.kind === "robust-cvar" ? 1 : homogeneityDegree(measure);
}

/**
 * Measures the risk of a portfolio with the marginal risk and the contribution of each asset.
 *
 * @param weights - Length n.
 * @throws {ArgumentError} The measure needs scenarios, and there are none.
 */
export function portfolioRisk(
  measure: PortfolioMeasure,
  weights: Float64Array,
  model: Pick<PortfolioModel, "covariance" | "scenarios">,
): RiskGradient {
  if (isOfCovariance(measure)) {
    return covarianceRisk(measure.kind === "variance", weights, model);
  }
  const { scenarios } = model;
  if (scenarios === undefined) {
    throw new ArgumentError(`${measure.kind} needs scenarios of returns`);
  }
  return measure.kind === "robust-cvar"
    ? robustRisk(measure, weights, scenarios)
    : riskGradient(measure, weights, gradientInput(scenarios));
}

function covarianceRisk(
  isVariance: boolean,
  weights: Float64Array,
  { covariance }: Pick<PortfolioModel, "covariance">,
): RiskGradient {
  const products = multiplyVector(covariance, weights);
  const variance = Math.max(0, dot(weights, products));
  const volatility = Math.sqrt(variance);
  const slope = isVariance ? 2 : volatility > 0 ? 1 / volatility : 0;
  const marginal = products.map((product) => slope * product);
  return {
    risk: isVariance ? variance : volatility,
    marginal,
    contributions: marginal.map((slope, i) => slope * weights[i]),
  };
}

function robustRisk(
  { level, radius }: Extract<PortfolioMeasure, { kind: "robust-cvar" }>,
  weights: Float64Array,
  scenarios: Scenarios,
): RiskGradient {
  const cvar = riskGradient({ kind: "cvar", level }, weights, gradientInput(scenarios));
  const size = Math.sqrt(dot(weights, weights));
  const factor = radius / (1 - level);
  const marginal = cvar.marginal.map(
    (slope, i) => slope + (size > 0 ? (factor * weights[i]) / size : 0),
  );
  return {
    risk: cvar.risk + factor * size,
    marginal,
    contributions: marginal.map((slope, i) => slope * weights[i]),
  };
}

function gradientInput({ returns, probabilities }: Scenarios) {
  return { scenarios: returns, ...(probabilities === undefined ? {} : { probabilities }) };
}
