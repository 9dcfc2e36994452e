import { dot, type Matrix, multiplyVector } from "../../linalg/matrix.ts";
import { checkConstraints, largestBudget, type WeightConstraints } from "../constraints.ts";
import { minimumVariance } from "../frontier-point.ts";
import { inverseVolatility } from "../inverse-volatility.ts";
import { maximumSharpe } from "../maximum-sharpe.ts";
import { riskParity } from "../risk-parity.ts";
import { checkRule, type RulePortfolio } from "../rule-portfolio.ts";
import { traceTowards } from "../trace-towards.ts";
import type { ZeroVolatility } from "../volatilities.ts";

/** What a portfolio within a cluster, or one of clusters, is to be. */
export type NestedGoal =
  | "minimum-variance"
  | "maximum-sharpe"
  | "risk-parity"
  | "equal-weight"
  | "inverse-volatility";

/** Estimates, and what is best within clusters and among them. */
export interface NestedProblem {
  /** Σ, shape (n, n), symmetric positive semidefinite. */
  readonly covariance: Matrix;
  /** μ in the unit of the rate, length n. */
  readonly expectedReturns: Float64Array;
  readonly riskFreeRate: number;
  /** Every asset once. */
  readonly clusters: readonly (readonly number[])[];
  readonly inner: NestedGoal;
  readonly outer: NestedGoal;
}

/**
 * Chooses a long-only portfolio within each cluster, then one of these portfolios.
 *
 * A problem of n assets becomes small ones, whose covariances are better conditioned than the whole.
 *
 * @param constraints - Their budget (of a range, the largest) is split; their limits are only checked.
 * @param names - Name of each asset, for the messages.
 * @returns The weights with the constraints that they break, or the assets without volatility where
 *   a goal divides by it; none of them where a cluster has none.
 * @throws {ArgumentError} Σ is not a covariance, or a constraint makes no sense by itself.
 * @see López de Prado (2019), "A Robust Estimator of the Efficient Frontier",
 *   doi:10.2139/ssrn.3469961
 */
export function nestedClusters(
  problem: NestedProblem,
  constraints: WeightConstraints,
  names: readonly string[] = [],
): RulePortfolio | ZeroVolatility {
  checkConstraints(constraints);
  const { clusters, inner, outer } = problem;
  const n = problem.expectedReturns.length;
  const parts: Float64Array[] = [];
  for (const cluster of clusters) {
    const own = solveNested(inner, subProblem(problem, cluster));
    if (!(own instanceof Float64Array)) {
      return { status: "zero-volatility", assets: own.assets.map((a) => cluster[a]) };
    }
    const weights = new Float64Array(n);
    for (const [a, asset] of cluster.entries()) {
      weights[asset] = own[a];
    }
    parts.push(weights);
  }
  const among = solveNested(outer, portfoliosAsAssets(problem, parts));
  if (!(among instanceof Float64Array)) {
    return { status: "zero-volatility", assets: [] };
  }
  const budget = largestBudget(constraints);
  const weights = Float64Array.from(
    { length: n },
    (_, i) => budget * parts.reduce((sum, part, c) => sum + among[c] * part[i], 0),
  );
  return checkRule(weights, constraints, names);
}

type Estimates = Pick<NestedProblem, "covariance" | "expectedReturns" | "riskFreeRate">;

function subProblem(
  { covariance, expectedReturns, riskFreeRate }: NestedProblem,
  cluster: readonly number[],
): Estimates {
  const count = cluster.length;
  const values = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    for (let b = 0; b < count; b++) {
      values[a * count + b] = covariance.values[cluster[a] * covariance.cols + cluster[b]];
    }
  }
  return {
    covariance: { rows: count, cols: count, values },
    expectedReturns: Float64Array.from(cluster, (asset) => expectedReturns[asset]),
    riskFreeRate,
  };
}

function portfoliosAsAssets(
  { covariance, expectedReturns, riskFreeRate }: NestedProblem,
  portfolios: readonly Float64Array[],
): Estimates {
  const count = portfolios.length;
  const values = new Float64Array(count * count);
  for (let a = 0; a < count; a++) {
    const products = multiplyVector(covariance, portfolios[a]);
    for (let b = 0; b <= a; b++) {
      const entry = dot(products, portfolios[b]);
      values[a * count + b] = entry;
      values[b * count + a] = entry;
    }
  }
  return {
    covariance: { rows: count, cols: count, values },
    expectedReturns: Float64Array.from(portfolios, (weights) => dot(expectedReturns, weights)),
    riskFreeRate,
  };
}

function solveNested(
  goal: NestedGoal,
  { covariance, expectedReturns, riskFreeRate }: Estimates,
): Float64Array | ZeroVolatility {
  const n = expectedReturns.length;
  const constraints = {
    lower: new Float64Array(n),
    upper: new Float64Array(n).fill(1),
    budget: 1,
    rows: [],
  };
  if (n === 1 || goal === "equal-weight") {
    return new Float64Array(n).fill(1 / n);
  }
  if (goal === "minimum-variance" || goal === "maximum-sharpe") {
    const problem = { covariance, expectedReturns, constraints };
    const result = traceTowards(problem, { kind: goal, riskFreeRate });
    if (result.status === "infeasible") {
      throw new Error("weights from 0 to 1 with a sum of 1 were found infeasible");
    }
    return goal === "minimum-variance"
      ? minimumVariance(result.frontier).weights
      : maximumSharpe(result.frontier, riskFreeRate).weights;
  }
  const rule =
    goal === "risk-parity"
      ? riskParity(covariance, constraints)
      : inverseVolatility(covariance, constraints);
  return rule.status === "zero-volatility" ? rule : rule.weights;
}
