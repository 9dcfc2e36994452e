import {
  conditionNumber,
  growthDegree,
  isOfCovariance,
  type PortfolioMeasure,
  portfolioRisk,
  TRADING_DAYS_PER_YEAR,
  tradingEffect,
} from "@portfolio/quant";
import type { EstimatesWithViews } from "./apply-views.ts";
import type { Choice } from "./choice.ts";
import { explain } from "./explain.ts";
import { portfolioFigures } from "./figures.ts";
import { limitName } from "./limit-name.ts";
import { portfolioModel } from "./portfolio-model.ts";
import type { OptimizationTask, RiskFigure, SolvedPortfolio } from "./solve-task.ts";

/** Gathers all that is told of a chosen portfolio. */
export function answerOf(
  task: OptimizationTask,
  estimates: EstimatesWithViews,
  choice: Choice,
): { readonly status: "solved" } & SolvedPortfolio {
  const { limits, riskFreeRatePerYear, portfolioLimits } = task;
  const { weights, measure } = choice;
  const riskFree = { ratePerYear: riskFreeRatePerYear, limits };
  const portfolio = portfolioFigures(weights, estimates, riskFree);
  const model = portfolioModel(task, estimates);
  const { marginal, contributions } = portfolioRisk(measure, weights, model);
  const solved = {
    portfolio,
    quality: {
      conditionNumber: conditionNumber(estimates.covariance),
      shrinkage: estimates.shrinkage,
    },
    marginalRisks: marginal,
    riskContributions: contributions,
    objective: choice.objective,
    certificate: { ...choice.certificate, status: choice.optimality },
    binding: choice.binding.map((limit) => ({ ...limit, name: limitName(limit, task) })),
    risks: reportedMeasures(task, measure).map((each) => riskFigure(each, portfolio, model)),
    trading: portfolioLimits.trading && tradingEffect(weights, portfolioLimits.trading),
    explanation: [],
    notices: [...estimates.notices, ...choice.notices],
  };
  return { status: "solved", ...solved, explanation: explain(task, solved) };
}

/** Lists the measure of the objective, those that are limited, and those asked for, each once. */
function reportedMeasures(
  { objective, portfolioLimits, reportMeasures }: OptimizationTask,
  measure: PortfolioMeasure,
): PortfolioMeasure[] {
  const own =
    objective.kind === "goal" && "measure" in objective.goal ? objective.goal.measure : measure;
  const limited = (portfolioLimits.riskLimits ?? []).map((limit) => limit.measure);
  const all = [own, ...limited, ...reportMeasures];
  return [...new Map(all.map((each) => [JSON.stringify(each), each])).values()];
}

function riskFigure(
  measure: PortfolioMeasure,
  { weights, sharpeRatio, volatilityPerYear }: SolvedPortfolio["portfolio"],
  model: ReturnType<typeof portfolioModel>,
): RiskFigure {
  const value = portfolioRisk(measure, weights, model).risk;
  const size = growthDegree(measure) === 2 ? Math.sqrt(value) : value;
  const days = isOfCovariance(measure) ? 1 : TRADING_DAYS_PER_YEAR;
  const excess = (sharpeRatio * volatilityPerYear) / days;
  return { measure, value, ratio: size > 0 ? excess / size : 0 };
}
