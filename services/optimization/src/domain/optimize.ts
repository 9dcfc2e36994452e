import {
  type EfficientFrontier,
  equalWeight,
  type FrontierPoint,
  findConflicts,
  hierarchicalRiskParity,
  inverseVolatility,
  type Matrix,
  maximumUtility,
  minimumVariance,
  type OutOfRange,
  pointAtReturn,
  pointAtVolatility,
  type RulePortfolio,
  riskParity,
  traceFrontier,
  type WeightConstraints,
  type ZeroVolatility,
} from "@portfolio/quant";
import { bestRatio } from "./best-ratio.ts";
import { type Clock, chooseDiscrete } from "./choose-discrete.ts";
import { type Estimates, estimate } from "./estimates.ts";
import { portfolioFigures } from "./figures.ts";
import { isRule, type Objective, type RuleObjective } from "./methods.ts";
import { mostDiversified } from "./most-diversified.ts";
import type { Notice } from "./notice.ts";
import { percentText } from "./number-text.ts";
import type { OptimizationOutcome, OptimizationTask, SolveFailure } from "./solve-task.ts";

interface Choice {
  readonly status: "chosen";
  readonly weights: Float64Array;
  readonly notices: readonly Notice[];
}

/** What is read from the efficient frontier. */
type FrontierObjective = Exclude<
  Objective,
  RuleObjective | { readonly kind: "maximum-diversification" }
>;

/** Estimates, and chooses the weights that are best for the objective. */
export function solveOptimization(task: OptimizationTask, now: Clock): OptimizationOutcome {
  const { symbols, limits } = task;
  const conflicts = findConflicts(limits, symbols);
  if (conflicts.length > 0) {
    return { status: "infeasible", conflicts };
  }
  const { closes, expectedReturns, covariance, riskFreeRatePerYear } = task;
  const estimates = estimate(closes, expectedReturns, covariance, riskFreeRatePerYear);
  if (estimates.status !== "estimated") {
    return estimates;
  }
  const choice = choose(task, estimates, now);
  if (choice.status !== "chosen") {
    return choice;
  }
  const riskFree = { ratePerYear: riskFreeRatePerYear, limits };
  return {
    status: "solved",
    portfolio: portfolioFigures(choice.weights, estimates, riskFree),
    notices: [...estimates.notices, ...choice.notices],
  };
}

function choose(task: OptimizationTask, estimates: Estimates, now: Clock): Choice | SolveFailure {
  const { objective, discreteness } = task;
  if (discreteness !== undefined) {
    return chooseDiscrete(discreteness, task, estimates, now);
  }
  return isRule(objective)
    ? followRule(objective, task, estimates)
    : chooseEfficient(objective, task, estimates);
}

function followRule(
  objective: RuleObjective,
  { limits, symbols }: OptimizationTask,
  { covariance }: Estimates,
): Choice | SolveFailure {
  const rule = rulePortfolio(objective, covariance, limits, symbols);
  switch (rule.status) {
    case "satisfied":
      return chosen(rule.weights);
    case "violates":
      return { status: "rule-violates-constraints", violated: rule.violated };
    case "zero-volatility":
      return { status: "zero-volatility", symbols: rule.assets.map((i) => symbols[i] ?? "") };
  }
}

function rulePortfolio(
  objective: RuleObjective,
  covariance: Matrix,
  limits: WeightConstraints,
  symbols: readonly string[],
): RulePortfolio | ZeroVolatility {
  switch (objective.kind) {
    case "equal-weight":
      return equalWeight(limits, symbols);
    case "inverse-volatility":
      return inverseVolatility(covariance, limits, symbols);
    case "hierarchical-risk-parity":
      return hierarchicalRiskParity(covariance, limits, symbols);
    case "risk-parity":
      return riskParity(covariance, limits, symbols, objective.budgets);
  }
}

function chooseEfficient(
  objective: Exclude<Objective, RuleObjective>,
  task: OptimizationTask,
  { expectedReturns, covariance }: Estimates,
): Choice | SolveFailure {
  if (objective.kind === "maximum-diversification") {
    const best = mostDiversified(covariance, task.limits, task.symbols);
    return best.status === "found"
      ? { ...chosen(best.point.weights), notices: best.notices }
      : best;
  }
  const result = traceFrontier({ expectedReturns, covariance, constraints: task.limits });
  if (result.status === "infeasible") {
    return result;
  }
  return pointFor(objective, result.frontier, task.riskFreeRatePerYear);
}

function pointFor(
  objective: FrontierObjective,
  frontier: EfficientFrontier,
  riskFreeRate: number,
): Choice | SolveFailure {
  switch (objective.kind) {
    case "minimum-variance":
      return chosen(minimumVariance(frontier).weights);
    case "maximum-utility":
      return chosen(maximumUtility(frontier, objective.riskAversion).weights);
    case "maximum-sharpe": {
      const { point, notices } = bestRatio(frontier, riskFreeRate);
      return point === undefined
        ? { status: "zero-volatility", symbols: [] }
        : { ...chosen(point.weights), notices };
    }
    case "target-return": {
      const target = objective.returnPerYear;
      const { weights } = minimumVariance(frontier);
      return atTarget("return", target, pointAtReturn(frontier, target), weights);
    }
    case "target-volatility": {
      const target = objective.volatilityPerYear;
      const weights = frontier.turningPoints[0]?.weights ?? new Float64Array();
      return atTarget("volatility", target, pointAtVolatility(frontier, target), weights);
    }
  }
}

/**
 * A target is a limit: a return to reach, or a volatility not to exceed. One that the end of the
 * frontier already meets is answered by that end; one beyond the other end cannot be met.
 */
function atTarget(
  quantity: "return" | "volatility",
  target: number,
  found: FrontierPoint | OutOfRange,
  slackEnd: Float64Array,
): Choice | SolveFailure {
  if (found.status !== "out-of-range") {
    return chosen(found.weights);
  }
  const { minimum, maximum } = found;
  const isSlack = quantity === "return" ? target < minimum : target > maximum;
  if (!isSlack) {
    return { status: "target-out-of-range", quantity, target, minimum, maximum };
  }
  return { ...chosen(slackEnd), notices: [slackNotice(quantity, target, found)] };
}

function slackNotice(
  quantity: "return" | "volatility",
  target: number,
  { minimum, maximum }: OutOfRange,
): Notice {
  const description =
    quantity === "return"
      ? `The minimum variance portfolio already earns ${percentText(minimum)} per year, more ` +
        `than the target of ${percentText(target)}.`
      : `The portfolio of the highest expected return has a volatility of only ` +
        `${percentText(maximum)} per year, less than the target of ${percentText(target)}.`;
  return { reason: "TARGET_NOT_BINDING", description };
}

function chosen(weights: Float64Array): Choice {
  return { status: "chosen", weights, notices: [] };
}
