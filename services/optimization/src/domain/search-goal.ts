import { solveDiscreteGoal } from "@portfolio/quant";
import type { ChoiceOutcome } from "./choice.ts";
import type { DiscreteCase } from "./choose-discrete.ts";
import { failureOf, measureOf, noticesOf } from "./choose-goal.ts";
import { ownLimits, searchNotices } from "./discrete-prices.ts";
import { portfolioModel } from "./portfolio-model.ts";
import { worstEstimates } from "./worst-case.ts";

/** Searches by branch and bound over convex programs: for any goal, under any convex limits. */
export function searchGoal({ goal, search, task, estimates, limits }: DiscreteCase): ChoiceOutcome {
  const worst = worstEstimates(task, estimates);
  const model = portfolioModel(task, { ...worst, scenarios: estimates.scenarios });
  const result = solveDiscreteGoal(model, goal, search.limits, limits);
  switch (result.status) {
    case "unsolved":
      return failureOf(result.result, goal);
    case "infeasible":
      return { status: "discrete-infeasible" };
    case "unknown":
      return { status: "search-stopped" };
    case "optimal":
    case "stopped": {
      const { solution } = result;
      const { weights, objective, certificate, binding } = solution;
      return {
        status: "chosen",
        weights,
        objective,
        certificate,
        optimality: result.status === "optimal" ? "optimal" : "best-found",
        binding: ownLimits(binding, result, task.limits),
        measure: measureOf(goal),
        notices: [...noticesOf(solution, task.riskFreeRatePerYear), ...searchNotices(result)],
      };
    }
  }
}
