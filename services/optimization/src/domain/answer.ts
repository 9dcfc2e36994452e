import {
  conditionNumber,
  type PortfolioMeasure,
  portfolioRisk,
  tradingEffect,
} from "@portfolio/quant";
import type { EstimatesWithViews } from "./apply-views.ts";
import type { Choice } from "./choice.ts";
import { explain } from "./explain.ts";
import { portfolioFigures } from "./figures.ts";
import { limitName } from "./limit-name.ts";
import { portfolioModel } from "./portfolio-model.ts";
import { riskFigure } from "./risk-figure.ts";
import type { OptimizationTask, SolvedPortfolio } from "./solve-task.ts";

// A limit whose price is a smaller part of the objective is met by chance, but for rounding.
const PRICE_MIN = 1e-9;

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
  const excessPerYear = portfolio.sharpeRatio * portfolio.volatilityPerYear;
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
    binding: choice.binding
      .filter(({ shadowPrice }) => shadowPrice > PRICE_MIN * Math.abs(choice.objective))
      .map((limit) => ({ ...limit, name: limitName(limit, task) })),
    risks: reportedMeasures(task, measure).map((each) =>
      riskFigure(each, portfolioRisk(each, weights, model), excessPerYear),
    ),
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
