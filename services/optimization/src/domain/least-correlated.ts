import {
  dearestFirst,
  linearLimits,
  minimumVariance,
  provePoint,
  traceDecorrelation,
} from "@portfolio/quant";
import { type ChoiceOutcome, VOLATILITY } from "./choice.ts";
import type { Estimates } from "./estimates.ts";
import type { OptimizationTask } from "./solve-task.ts";

/** Finds the least correlated portfolio within linear limits. */
export function leastCorrelated(
  { limits, symbols }: OptimizationTask,
  { covariance }: Pick<Estimates, "covariance">,
): ChoiceOutcome {
  const result = traceDecorrelation(covariance, limits);
  switch (result.status) {
    case "zero-volatility":
      return { status: "zero-volatility", symbols: result.assets.map((i) => symbols[i] ?? "") };
    case "infeasible":
      return result;
    case "optimal": {
      const { problem, iterations } = result.frontier;
      const point = minimumVariance(result.frontier);
      const { multipliers, certificate } = provePoint(problem, point, iterations);
      return {
        status: "chosen",
        weights: point.weights,
        optimality: "optimal",
        certificate,
        objective: point.variance,
        binding: dearestFirst(linearLimits(problem, multipliers), 2),
        measure: VOLATILITY,
        notices: [],
      };
    }
  }
}
