import type { PortfolioMeasure } from "@portfolio/quant";
import { isRule, type Objective } from "./methods.ts";
import { countsAssets } from "./network-limits.ts";
import type { DiscreteSearch, OptimizationProblem, PortfolioLimits } from "./portfolio-problem.ts";

/** Whether an answer has to be searched for: limits count assets, or a value at risk counts days. */
export function needsSearch(
  { limits }: DiscreteSearch,
  problem: Pick<OptimizationProblem, "objective" | "portfolioLimits" | "network">,
): boolean {
  const { objective, portfolioLimits, network } = problem;
  return (
    Object.keys(limits).length > 0 ||
    countsDays(objective, portfolioLimits) ||
    (network !== undefined && countsAssets(network))
  );
}

/** Whether a value at risk is optimized, or limited in something that is. */
export function countsDays(
  objective: Objective,
  { riskLimits = [] }: Pick<PortfolioLimits, "riskLimits">,
): boolean {
  const limited = riskLimits.map(({ measure }) => measure);
  return !isRule(objective) && [...goalMeasures(objective), ...limited].some(isOfDays);
}

function goalMeasures(objective: Objective): PortfolioMeasure[] {
  if (objective.kind !== "goal") {
    return [];
  }
  const { goal } = objective;
  if ("measure" in goal) {
    return [goal.measure];
  }
  return goal.kind === "target-risk" ? [goal.limit.measure] : [];
}

function isOfDays({ kind }: PortfolioMeasure): boolean {
  return kind === "var";
}
