import { choleskyFactor } from "../linalg/cholesky.ts";
import { dot, type Matrix, multiplyVector } from "../linalg/matrix.ts";
import { budgetRange } from "./constraints.ts";
import { traceFrontier } from "./critical-line/trace-frontier.ts";
import type { FrontierResult, MeanVarianceProblem, TurningPoint } from "./frontier.ts";
import { provePoint } from "./point-certificate.ts";

/** The one portfolio that is wanted of a frontier. Rates and returns are per period. */
export type FrontierGoal =
  | { readonly kind: "minimum-variance" }
  | { readonly kind: "maximum-utility"; readonly riskAversion: number }
  | { readonly kind: "target-return"; readonly expectedReturn: number }
  | { readonly kind: "target-volatility"; readonly volatility: number }
  | { readonly kind: "maximum-sharpe"; readonly riskFreeRate: number };

// A multiplier below this fraction of the gradient may be 0: then other weights may be as good.
const STRICT = 1e-9;

/**
 * Traces as much of the efficient frontier as one portfolio takes.
 *
 * From the greatest return down to where the portfolio lies. For least variance alone no return
 * matters, so a path is taken that has about one event for each asset held: the one that begins
 * at the assets of least covariance with all others.
 *
 * @returns A frontier from which the functions for single portfolios read the wanted one; or the
 *   conflicts when no weights satisfy the constraints.
 * @throws As `traceFrontier`.
 */
export function traceTowards(problem: MeanVarianceProblem, goal: FrontierGoal): FrontierResult {
  if (goal.kind === "minimum-variance") {
    return leastVariance(problem) ?? traceFrontier(problem);
  }
  let isOutside: boolean | undefined;
  return traceFrontier(problem, (point) => {
    const past = isPast(point, goal, problem);
    // A target beyond the top is out of range, and the whole range is wanted.
    isOutside ??= past && goal.kind.startsWith("target");
    return past && !isOutside;
  });
}

function isPast(
  point: TurningPoint,
  goal: Exclude<FrontierGoal, { kind: "minimum-variance" }>,
  { constraints }: MeanVarianceProblem,
): boolean {
  switch (goal.kind) {
    case "maximum-utility":
      return point.lambda * goal.riskAversion <= 1;
    case "target-return":
      return point.expectedReturn < goal.expectedReturn;
    case "target-volatility":
      return point.variance < goal.volatility * goal.volatility;
    case "maximum-sharpe": {
      const { lower, upper } = budgetRange(constraints);
      const excess = point.expectedReturn - goal.riskFreeRate * upper;
      // Where the ratio is stationary, v = λ·e; below, v > λ·e and it falls.
      return lower === upper && excess > 0 && point.variance > point.lambda * excess;
    }
  }
}

/** Finds the portfolio of least variance; nothing where another one may be as good. */
function leastVariance(problem: MeanVarianceProblem): FrontierResult | undefined {
  const { covariance, constraints } = problem;
  const n = constraints.lower.length;
  if (covariance.cols !== n || problem.expectedReturns.length !== n) {
    return undefined;
  }
  const away = multiplyVector(covariance, new Float64Array(n).fill(-1));
  const result = traceFrontier({ ...problem, expectedReturns: away });
  if (result.status !== "optimal") {
    return result;
  }
  const { turningPoints, iterations } = result.frontier;
  const { weights, variance } = turningPoints[turningPoints.length - 1];
  if (!isUnique(problem, weights)) {
    return undefined;
  }
  const expectedReturn = dot(problem.expectedReturns, weights);
  return {
    status: "optimal",
    frontier: {
      problem,
      iterations,
      turningPoints: [{ weights, expectedReturn, variance, lambda: 0 }],
    },
  };
}

/**
 * Says whether no other weights have as little variance: none that differ in assets whose bounds
 * have no price, on which Σ is definite.
 */
function isUnique(problem: MeanVarianceProblem, weights: Float64Array): boolean {
  const { multipliers } = provePoint(problem, { weights, lambda: 0 }, 0);
  const size = multiplyVector(problem.covariance, weights).reduce(
    (largest, r) => Math.max(largest, Math.abs(r)),
    0,
  );
  const open = [...weights.keys()].filter(
    (i) => !(Math.abs(multipliers.bounds[i]) > STRICT * size),
  );
  return choleskyFactor(submatrix(problem.covariance, open)) !== undefined;
}

function submatrix({ cols, values }: Matrix, lines: readonly number[]): Matrix {
  const n = lines.length;
  const part = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < n; b++) {
      part[a * n + b] = values[lines[a] * cols + lines[b]];
    }
  }
  return { rows: n, cols: n, values: part };
}
