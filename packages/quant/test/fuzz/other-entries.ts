import { denoiseCovariance } from "../../src/covariance/denoised.ts";
import { exponentialCovariance } from "../../src/covariance/exponential-covariance.ts";
import { gerberCovariance } from "../../src/covariance/gerber.ts";
import { graphicalLassoCovariance } from "../../src/covariance/graphical-lasso.ts";
import { ledoitWolfCovariance } from "../../src/covariance/ledoit-wolf.ts";
import { minimumCovarianceDeterminant } from "../../src/covariance/minimum-covariance-determinant.ts";
import { nearestCovariance } from "../../src/covariance/nearest-correlation.ts";
import { oracleApproximatingCovariance } from "../../src/covariance/oracle-approximating-shrinkage.ts";
import { pairwiseCovariance } from "../../src/covariance/pairwise.ts";
import { sampleCovariance } from "../../src/covariance/sample-covariance.ts";
import { semicovariance } from "../../src/covariance/semicovariance.ts";
import { singleFactorCovariance } from "../../src/covariance/single-factor.ts";
import { bayesSteinMean } from "../../src/expected-returns/bayes-stein.ts";
import { compoundMean } from "../../src/expected-returns/compound-mean.ts";
import { exponentialMean } from "../../src/expected-returns/exponential-mean.ts";
import { historicalMean } from "../../src/expected-returns/historical-mean.ts";
import { jamesSteinMean } from "../../src/expected-returns/james-stein.ts";
import { solveQuadraticProgram } from "../../src/optimize/active-set/solve-quadratic-program.ts";
import { linearSystem } from "../../src/optimize/constraints.ts";
import type { DistributionView } from "../../src/views/distribution-view.ts";
import { entropyPooling } from "../../src/views/entropy-pooling.ts";
import type { EntryPoint } from "./entry-points.ts";
import { type FuzzInput, pick } from "./fuzz-input.ts";

/** Solves a quadratic program of the covariance. */
export const quadratic: EntryPoint = ({ uniform, covariance, expectedReturns, constraints }) => {
  const weight = pick(uniform, [0, 1, 1, 10 ** (8 * uniform() - 4)]);
  const result = solveQuadraticProgram({
    quadratic: { matrix: covariance },
    linear: expectedReturns.map((mean) => -weight * mean),
    system: linearSystem(constraints),
  });
  if (result.status !== "optimal") {
    return { status: result.status, weights: [], numbers: [] };
  }
  const { primalResidual, dualResidual } = result.certificate;
  return {
    status: "optimal",
    weights: [result.x],
    numbers: [result.multipliers.bounds, result.multipliers.rows],
    residual: Math.max(primalResidual, dualResidual),
  };
};

type Estimate = (input: FuzzInput) => Float64Array;

const ESTIMATES: readonly Estimate[] = [
  ({ returns }) => sampleCovariance(returns).values,
  ({ returns }) => exponentialCovariance(returns, 5).values,
  ({ returns }) => ledoitWolfCovariance(returns).covariance.values,
  ({ returns }) => oracleApproximatingCovariance(returns).covariance.values,
  ({ returns }) => singleFactorCovariance(returns).covariance.values,
  ({ returns }) => semicovariance(returns, "mean").values,
  ({ returns }) => gerberCovariance(returns, 1, 0.5).covariance.values,
  ({ covariance }) => graphicalLassoCovariance(covariance, 0.05).covariance.values,
  ({ covariance, returns }) =>
    denoiseCovariance(covariance, returns.rows, { kind: "fixed" }).covariance.values,
  ({ covariance }) => nearestCovariance(covariance).covariance.values,
  ({ returns, uniform }) => {
    const gaps = returns.values.map((value) => (uniform() < 0.2 ? Number.NaN : value));
    return nearestCovariance(pairwiseCovariance({ ...returns, values: gaps }).covariance).covariance
      .values;
  },
  ({ returns }) => {
    const answer = minimumCovarianceDeterminant(returns, "default", 1);
    return answer.status === "singular" ? new Float64Array() : answer.covariance.values;
  },
  ({ returns }) => historicalMean(returns),
  ({ returns }) => exponentialMean(returns, 5),
  ({ returns }) => compoundMean(returns),
  ({ returns, covariance }) => jamesSteinMean(returns, covariance).means,
  ({ returns, covariance }) => bayesSteinMean(returns, covariance)?.means ?? new Float64Array(),
];

/** Estimates means or a covariance. */
export const estimator: EntryPoint = (input) => {
  const values = pick(input.uniform, ESTIMATES)(input);
  return { status: "estimated", weights: [], numbers: [values] };
};

/** Pools views of any moment on the scenarios. */
export const views: EntryPoint = ({ uniform, returns, expectedReturns }) => {
  const n = returns.cols;
  const count = 1 + Math.floor(3 * uniform());
  const wishes = Array.from({ length: count }, (): DistributionView => {
    const coefficients = Float64Array.from({ length: n }, () => pick(uniform, [0, 0, 1, -1]));
    coefficients[0] = 1;
    const relation = pick(uniform, ["=", "<=", ">="] as const);
    const value = pick(uniform, [...expectedReturns]) * (2 * uniform() - 0.5);
    return pick<DistributionView>(uniform, [
      { measure: "mean", coefficients, relation, value },
      { measure: "variance", coefficients, relation, value: value * value },
      { measure: "skewness", coefficients, relation, value: uniform() - 0.5 },
      { measure: "conditionalValueAtRisk", coefficients, confidence: 0.9, relation, value },
    ]);
  });
  const prior = new Float64Array(returns.rows).fill(1 / returns.rows);
  const result = entropyPooling(returns, prior, wishes);
  return result.status === "optimal"
    ? { status: "optimal", weights: [], numbers: [result.probabilities] }
    : { status: result.status, weights: [], numbers: [] };
};
