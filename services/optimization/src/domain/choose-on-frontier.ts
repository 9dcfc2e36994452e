import {
  type BindingLimit,
  dearestFirst,
  type EfficientFrontier,
  type FrontierGoal,
  type FrontierPoint,
  linearLimits,
  maximumUtility,
  minimumVariance,
  type OutOfRange,
  type PortfolioMeasure,
  pointAtReturn,
  pointAtVolatility,
  provePoint,
  traceTowards,
} from "@portfolio/quant";
import { bestRatio } from "./best-ratio.ts";
import { type Choice, type ChoiceOutcome, VOLATILITY } from "./choice.ts";
import type { Estimates } from "./estimates.ts";
import type { Notice } from "./notice.ts";
import { percentText } from "./number-text.ts";
import type { OptimizationTask, SolveFailure } from "./solve-task.ts";

/** A portfolio of the frontier, and how its objective moves with ½w'Σw − λμ'w. */
interface Found {
  readonly status: "found";
  readonly point: FrontierPoint;
  readonly objective: number;
  /** Rate of the objective over that of ½w'Σw − λμ'w. */
  readonly scale: number;
  /** Rate of the objective with the target; missing where there is none. */
  readonly targetPrice?: number;
  readonly target?: number;
  readonly notices: readonly Notice[];
}

/**
 * Reads a portfolio from the exact mean–variance frontier.
 *
 * @param measure - Variance or volatility: in which of them the objective counts.
 */
export function chooseOnFrontier(
  goal: FrontierGoal,
  measure: PortfolioMeasure,
  task: OptimizationTask,
  estimates: Pick<Estimates, "expectedReturns" | "covariance" | "factors">,
): ChoiceOutcome {
  const { expectedReturns, covariance, factors } = estimates;
  const problem = { expectedReturns, covariance, factors, constraints: task.limits };
  const result = traceTowards(problem, goal, task.start);
  if (result.status === "infeasible") {
    return result;
  }
  const found = read(goal, result.frontier);
  return found.status === "found"
    ? choiceOf(
        measure.kind === "variance" ? found : byVolatility(found, goal),
        goal,
        result.frontier,
      )
    : found;
}

/** Restates an answer of least variance as one of least volatility. */
function byVolatility(found: Found, goal: FrontierGoal): Found {
  const isLeast = goal.kind === "minimum-variance" || goal.kind === "target-return";
  const { volatility, lambda } = found.point;
  if (!isLeast || volatility === 0) {
    return found;
  }
  return {
    ...found,
    objective: volatility,
    scale: 1 / volatility,
    ...(found.targetPrice !== undefined && { targetPrice: lambda / volatility }),
  };
}

function choiceOf(found: Found, goal: FrontierGoal, frontier: EfficientFrontier): Choice {
  const { point, scale, target, targetPrice } = found;
  const { multipliers, certificate } = provePoint(frontier.problem, point, frontier.iterations);
  const rows = Float64Array.from(multipliers.rows);
  if (goal.kind === "maximum-sharpe") {
    // Cash earns the risk-free rate, so that the budget trades off excess returns.
    rows[0] = (rows[0] ?? 0) + point.lambda * goal.riskFreeRate;
  }
  const model = { constraints: frontier.problem.constraints };
  const ofTarget: BindingLimit[] =
    target === undefined || !targetPrice
      ? []
      : [{ ref: { type: "target" }, limit: target, shadowPrice: targetPrice / scale }];
  return {
    status: "chosen",
    weights: point.weights,
    optimality: "optimal",
    certificate,
    objective: found.objective,
    binding: dearestFirst(
      [...linearLimits(model, { bounds: multipliers.bounds, rows }), ...ofTarget],
      scale,
    ),
    measure: VOLATILITY,
    notices: found.notices,
  };
}

function read(goal: FrontierGoal, frontier: EfficientFrontier): Found | SolveFailure {
  switch (goal.kind) {
    case "minimum-variance": {
      const point = minimumVariance(frontier);
      return found(point, { objective: point.variance, scale: 2 });
    }
    case "maximum-utility": {
      const point = maximumUtility(frontier, goal.riskAversion);
      const objective = point.expectedReturn - (goal.riskAversion / 2) * point.variance;
      return found(point, { objective, scale: goal.riskAversion });
    }
    case "maximum-sharpe":
      return readRatio(goal.riskFreeRate, frontier);
    case "target-return":
      return readAtReturn(goal.expectedReturn, frontier);
    case "target-volatility":
      return readAtVolatility(goal.volatility, frontier);
  }
}

function found(point: FrontierPoint, rest: Partial<Found> & Pick<Found, "objective" | "scale">) {
  return { status: "found", point, notices: [], ...rest } as const;
}

function readRatio(riskFreeRate: number, frontier: EfficientFrontier): Found | SolveFailure {
  const { point, notices } = bestRatio(frontier, riskFreeRate);
  if (point === undefined) {
    return { status: "zero-volatility", symbols: [] };
  }
  const invested = point.weights.reduce((sum, weight) => sum + weight, 0);
  const excess = point.expectedReturn - riskFreeRate * invested;
  const objective = excess / point.volatility;
  // ∇(−e/v) = (e/v³)(Σw − λ(μ − r)) at the λ where it vanishes.
  return found(point, { objective, scale: Math.abs(excess) / point.volatility ** 3, notices });
}

/** The target is a limit: where minimum variance earns more, it is the answer. */
function readAtReturn(target: number, frontier: EfficientFrontier): Found | SolveFailure {
  const point = pointAtReturn(frontier, target);
  if (point.status !== "out-of-range") {
    const prices = { target, targetPrice: 2 * point.lambda };
    return found(point, { objective: point.variance, scale: 2, ...prices });
  }
  if (target > point.maximum) {
    return outOfRange("return", target, point);
  }
  const slack = minimumVariance(frontier);
  const notices = [slackNotice("return", target, point)];
  return found(slack, { objective: slack.variance, scale: 2, notices });
}

/** The target is a limit: where the portfolio of the highest return has less, it is the answer. */
function readAtVolatility(target: number, frontier: EfficientFrontier): Found | SolveFailure {
  const point = pointAtVolatility(frontier, target);
  if (point.status !== "out-of-range") {
    const scale = point.lambda > 0 ? 1 / point.lambda : 0;
    const prices = { target, targetPrice: point.volatility * scale };
    return found(point, { objective: point.expectedReturn, scale, ...prices });
  }
  if (target < point.minimum) {
    return outOfRange("volatility", target, point);
  }
  const top = maximumUtility(frontier, 0);
  const notices = [slackNotice("volatility", target, point)];
  const scale = top.lambda > 0 ? 1 / top.lambda : 0;
  return found(top, { objective: top.expectedReturn, scale, notices });
}

function outOfRange(
  quantity: "return" | "volatility",
  target: number,
  { minimum, maximum }: OutOfRange,
): SolveFailure {
  return { status: "target-out-of-range", quantity, target, minimum, maximum };
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
