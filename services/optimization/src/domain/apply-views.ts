import { type Matrix, type PortfolioModel, simpleReturns } from "@portfolio/quant";
import { blackLitterman } from "./black-litterman.ts";
import { type Estimates, estimate } from "./estimates.ts";
import { poolViews } from "./pool-views.ts";
import { makeScenarios } from "./scenarios.ts";
import type { EstimationTask } from "./solve-task.ts";
import type { ViewsEffect, ViewsFailure } from "./views-method.ts";

/** Estimates after views, and what the views did. */
export interface EstimatesWithViews extends Estimates {
  readonly views: ViewsEffect | undefined;
  /** Daily returns that measures of risk look at; missing without prices. */
  readonly scenarios: PortfolioModel["scenarios"];
}

/** Estimates expected returns and covariance per year, and merges the caller's views into them. */
export function estimateWithViews(
  task: EstimationTask,
):
  | ({ readonly status: "estimated" } & EstimatesWithViews)
  | Exclude<ReturnType<typeof estimate>, { readonly status: "estimated" }>
  | ViewsFailure {
  const { closes, views } = task;
  const returns = closes && simpleReturns(closes);
  const estimates = estimate(task, returns);
  if (estimates.status !== "estimated") {
    return estimates;
  }
  const scenarios = scenariosOf(task, returns, estimates);
  if (views === undefined) {
    return { ...estimates, views: undefined, scenarios };
  }
  if (views.kind === "black-litterman") {
    const updated = blackLitterman(estimates, closes, views);
    return updated.status === "estimated"
      ? { ...estimates, factors: undefined, ...updated, scenarios }
      : updated;
  }
  const pooled = poolViews(makeScenarios(task.scenarios, returns, estimates), views);
  return pooled.status === "estimated" ? { ...estimates, factors: undefined, ...pooled } : pooled;
}

/** Makes the scenarios of a task; each day of the past needs no probabilities. */
function scenariosOf(
  { scenarios }: EstimationTask,
  returns: Matrix | undefined,
  estimates: Estimates,
): PortfolioModel["scenarios"] {
  if (scenarios.kind === "historical") {
    return returns && { returns };
  }
  return returns === undefined && scenarios.kind !== "given"
    ? undefined
    : makeScenarios(scenarios, returns, estimates);
}
