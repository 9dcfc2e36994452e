import {
  blackLittermanPosterior,
  dot,
  matrixFromRows,
  type PortfolioModel,
  simpleReturns,
} from "@portfolio/quant";
import { type Estimates, estimate } from "./estimates.ts";
import { poolViews } from "./pool-views.ts";
import { makeScenarios } from "./scenarios.ts";
import type { EstimationTask } from "./solve-task.ts";
import type { ViewsEffect, ViewsFailure, ViewsMethod } from "./views-method.ts";
import { volatilitiesOf } from "./volatilities.ts";

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
  const { closes, expectedReturns, covariance, riskFreeRatePerYear, views } = task;
  const estimates = estimate(closes, expectedReturns, covariance, riskFreeRatePerYear);
  if (estimates.status !== "estimated") {
    return estimates;
  }
  const scenarios = scenariosOf(task, estimates);
  if (views === undefined) {
    return { ...estimates, views: undefined, scenarios };
  }
  if (views.kind === "black-litterman") {
    const updated = updateReturns(estimates, views);
    return updated.status === "estimated" ? { ...estimates, ...updated, scenarios } : updated;
  }
  const returns = closes && simpleReturns(closes);
  const pooled = poolViews(makeScenarios(task.scenarios, returns, estimates), views);
  return pooled.status === "estimated" ? { ...estimates, ...pooled } : pooled;
}

/** Makes the scenarios of a task; each day of the past needs no probabilities. */
function scenariosOf(
  { closes, scenarios }: EstimationTask,
  estimates: Estimates,
): PortfolioModel["scenarios"] {
  const returns = closes && simpleReturns(closes);
  if (scenarios.kind === "historical") {
    return returns && { returns };
  }
  return returns === undefined && scenarios.kind !== "given"
    ? undefined
    : makeScenarios(scenarios, returns, estimates);
}

/** Merges views into expected returns by Bayes' rule. */
function updateReturns(
  prior: Estimates,
  { tau, views }: Extract<ViewsMethod, { kind: "black-litterman" }>,
):
  | ({ readonly status: "estimated" } & Pick<
      EstimatesWithViews,
      "expectedReturns" | "covariance" | "views"
    >)
  | ViewsFailure {
  const posterior = blackLittermanPosterior(
    { mean: prior.expectedReturns, covariance: prior.covariance },
    tau,
    {
      portfolios: matrixFromRows(views.map(({ coefficients }) => Array.from(coefficients))),
      values: Float64Array.from(views, ({ valuePerYear }) => valuePerYear),
      uncertainty: {
        kind: "confidences",
        confidences: Float64Array.from(views, ({ confidence }) => confidence),
      },
    },
  );
  if (posterior.status === "contradictory") {
    return {
      status: "views-contradictory",
      method: "black-litterman",
      views: posterior.views,
      expressions: posterior.views.map((k) => views[k]?.expression ?? ""),
      attainable: undefined,
    };
  }
  return {
    status: "estimated",
    expectedReturns: posterior.mean,
    covariance: posterior.covariance,
    views: {
      priorReturnsPerYear: prior.expectedReturns,
      posteriorReturnsPerYear: posterior.mean,
      priorVolatilitiesPerYear: volatilitiesOf(prior.covariance),
      posteriorVolatilitiesPerYear: volatilitiesOf(posterior.covariance),
      views: views.map(({ expression, coefficients, valuePerYear }) => ({
        expression,
        prior: dot(coefficients, prior.expectedReturns),
        view: valuePerYear,
        posterior: dot(coefficients, posterior.mean),
      })),
      effectiveScenarioFraction: 1,
    },
  };
}
