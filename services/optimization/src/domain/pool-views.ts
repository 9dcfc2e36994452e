import {
  annualizeCovariance,
  annualizeMean,
  type DistributionView,
  entropyPooling,
  type Matrix,
  type Measured,
  measuredValue,
  type NamedView,
  parseDistributionViews,
  poolOpinions,
  type ScenarioSet,
  scenarioCovariance,
  scenarioMean,
  TRADING_DAYS_PER_YEAR,
  type Vocabulary,
  viewValue,
} from "@portfolio/quant";
import type { Opinion, ViewNames, ViewsEffect, ViewsFailure, ViewsMethod } from "./views-method.ts";
import { volatilitiesOf } from "./volatilities.ts";

/** Moments of the changed probabilities per year, and what the views did. */
export interface PooledEstimates {
  readonly status: "estimated";
  readonly expectedReturns: Float64Array;
  readonly covariance: Matrix;
  readonly views: ViewsEffect;
  /** With the changed probabilities. */
  readonly scenarios: ScenarioSet;
}

/** A view with the place of its text in the request. */
interface PlacedView extends NamedView {
  readonly path: string;
}

type Pooling = Extract<ViewsMethod, { kind: "entropy-pooling" }>;

/** Changes the probabilities of scenarios as little as the views of each opinion ask, and pools the results. */
export function poolViews(scenarios: ScenarioSet, method: Pooling): PooledEstimates | ViewsFailure {
  const { returns, probabilities: prior } = scenarios;
  const opinions = [];
  const placed: PlacedView[] = [];
  for (const opinion of method.opinions) {
    const views = placeViews(scenarios, opinion, method.names);
    const held = holdViews(scenarios, views);
    if (held.status !== "held") {
      return held;
    }
    opinions.push({ probabilities: held.probabilities, probability: opinion.probability });
    placed.push(...views);
  }
  const probabilities = poolOpinions(prior, opinions, method.pooling);
  return probabilities === undefined
    ? { status: "views-unsolved" }
    : describe(scenarios, { returns, probabilities }, placed);
}

/** Finds the probabilities nearest to those of the scenarios which hold the views. */
function holdViews(
  { returns, probabilities: prior }: ScenarioSet,
  placed: readonly PlacedView[],
): { readonly status: "held"; readonly probabilities: Float64Array } | ViewsFailure {
  const views = placed.map(({ view }) => perDay(view));
  const answer = entropyPooling(returns, prior, views);
  if (answer.status === "stalled") {
    return { status: "views-unsolved" };
  }
  if (answer.status === "infeasible") {
    const last = placed[answer.views.at(-1) ?? 0];
    const attainable = answer.attainable;
    return {
      status: "views-contradictory",
      method: "entropy-pooling",
      fields: [...new Set(answer.views.map((k) => placed[k]?.path ?? ""))],
      expressions: answer.views.map((k) => placed[k]?.name ?? ""),
      attainable: last && attainable !== undefined ? inUnit(last, attainable) : undefined,
    };
  }
  return { status: "held", probabilities: answer.probabilities };
}

/** Makes names usable for the parser. */
export function vocabularyOf({ assets, groups }: ViewNames): Vocabulary {
  return { assets, groups: new Map(groups.map(({ name, members }) => [name, members])) };
}

/** Parses the views with the values before them; how they read was checked with the request. */
function placeViews(
  scenarios: ScenarioSet,
  { expressions, path }: Opinion,
  names: ViewNames,
): PlacedView[] {
  const vocabulary = vocabularyOf(names);
  const priorValue = (measured: Measured) => {
    const daily = measuredValue(scenarios, measured);
    const isYearly = measured.measure === "mean" || measured.measure === "variance";
    const yearly = isYearly ? daily * TRADING_DAYS_PER_YEAR : daily;
    return measured.measure === "volatility" ? daily * Math.sqrt(TRADING_DAYS_PER_YEAR) : yearly;
  };
  return expressions.flatMap((expression, k) => {
    const parsed = parseDistributionViews(expression, vocabulary, priorValue);
    if (parsed.status === "invalid") {
      throw new Error(`${path}[${k}] was read before, and is now wrong ${parsed.message}`);
    }
    return parsed.views.map((view) => ({ ...view, path: `${path}[${k}]` }));
  });
}

function isYearlyView({ measure }: DistributionView): boolean {
  return measure === "mean" || measure === "variance";
}

function perDay(view: DistributionView): DistributionView {
  return isYearlyView(view) ? { ...view, value: view.value / TRADING_DAYS_PER_YEAR } : view;
}

/** Turns a value per day into the unit in which the view was written. */
function inUnit({ view, isVolatility }: NamedView, daily: number): number {
  const value = isYearlyView(view) ? daily * TRADING_DAYS_PER_YEAR : daily;
  return isVolatility ? Math.sign(value) * Math.sqrt(Math.abs(value)) : value;
}

function describe(
  before: ScenarioSet,
  after: ScenarioSet,
  placed: readonly PlacedView[],
): PooledEstimates {
  const prior = momentsOf(before);
  const posterior = momentsOf(after);
  let entropy = 0;
  for (const probability of after.probabilities) {
    entropy -= probability > 0 ? probability * Math.log(probability) : 0;
  }
  return {
    status: "estimated",
    expectedReturns: posterior.mean,
    covariance: posterior.covariance,
    scenarios: after,
    views: {
      priorReturnsPerYear: prior.mean,
      posteriorReturnsPerYear: posterior.mean,
      priorVolatilitiesPerYear: volatilitiesOf(prior.covariance),
      posteriorVolatilitiesPerYear: volatilitiesOf(posterior.covariance),
      views: placed.map((one) => ({
        expression: one.name,
        prior: inUnit(one, viewValue(before, one.view)),
        view: one.isVolatility ? inUnit(one, perDay(one.view).value) : one.view.value,
        posterior: inUnit(one, viewValue(after, one.view)),
      })),
      effectiveScenarioFraction: Math.min(1, Math.exp(entropy) / after.probabilities.length),
    },
  };
}

function momentsOf(scenarios: ScenarioSet) {
  return {
    mean: annualizeMean(scenarioMean(scenarios)),
    covariance: annualizeCovariance(scenarioCovariance(scenarios)),
  };
}
