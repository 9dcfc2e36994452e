import { isOfCorrelations, isOfCovariance, type PortfolioMeasure } from "@portfolio/quant";
import { isPriceFree } from "./methods.ts";
import type {
  FrontierProblem,
  OptimizationProblem,
  PortfolioProblem,
} from "./portfolio-problem.ts";

/** Whether a problem can be solved without prices: by given estimates, with no scenario of returns. */
export function needsNoPrices(problem: OptimizationProblem): boolean {
  return (
    isPriceFree(problem) &&
    problem.robustness === undefined &&
    isOfEstimates(problem) &&
    (problem.scenarios.kind === "given" ||
      (!needsScenarios(problem) && measuresOf(problem).every(isOfCovariance)))
  );
}

/** Whether a frontier can be traced without prices. */
export function frontierNeedsNoPrices(problem: FrontierProblem): boolean {
  const { measure, portfolioLimits, scenarios } = problem;
  const limited = (portfolioLimits.riskLimits ?? []).map((limit) => limit.measure);
  return (
    isPriceFree(problem) &&
    isOfEstimates(problem) &&
    (scenarios.kind === "given" || [measure, ...limited].every(isOfCovariance))
  );
}

/** Whether the network of the assets, if any, is drawn without their returns. */
function isOfEstimates({ network, scenarios }: PortfolioProblem): boolean {
  return (
    network === undefined ||
    scenarios.kind === "given" ||
    isOfCorrelations(network.clustering.distance)
  );
}

/** Whether an objective is about scenarios apart from any measure of risk. */
function needsScenarios({ objective }: OptimizationProblem): boolean {
  if (objective.kind === "online-learning") {
    return true;
  }
  if (objective.kind === "goal") {
    const { goal } = objective;
    return goal.kind === "moment-utility" || (goal.kind === "kelly" && goal.form === "exact");
  }
  return "clustering" in objective && !isOfCorrelations(objective.clustering.distance);
}

function measuresOf({
  objective,
  portfolioLimits,
  reportMeasures,
}: OptimizationProblem): PortfolioMeasure[] {
  const limited = (portfolioLimits.riskLimits ?? []).map(({ measure }) => measure);
  return [...goalMeasures(objective), ...limited, ...reportMeasures];
}

function goalMeasures(objective: OptimizationProblem["objective"]): PortfolioMeasure[] {
  if (objective.kind !== "goal") {
    return "measure" in objective ? [objective.measure] : [];
  }
  const { goal } = objective;
  if ("measure" in goal) {
    return [goal.measure];
  }
  return goal.kind === "target-risk" ? [goal.limit.measure] : [];
}
