import {
  annualizeCovariance,
  annualizeMean,
  augmentedPosterior,
  bayesianFactorPosterior,
  blackLittermanPosterior,
  type ContradictoryViews,
  dot,
  historicalMean,
  type LinearViews,
  type Matrix,
  matrixFromRows,
  multiplyVector,
  type PositiveSemidefiniteRepair,
  type Posterior,
  regressionFactors,
  simpleReturns,
} from "@portfolio/quant";
import type { Estimates } from "./estimates.ts";
import type { Notice } from "./notice.ts";
import { compactText } from "./number-text.ts";
import type {
  ExpectedReturnView,
  FactorViews,
  ViewsEffect,
  ViewsFailure,
  ViewsMethod,
} from "./views-method.ts";
import { volatilitiesOf } from "./volatilities.ts";

type Method = Extract<ViewsMethod, { kind: "black-litterman" }>;

/** Expected returns of what views may name, before and after them, with the posterior. */
interface Update {
  readonly status: "updated";
  readonly posterior: Posterior;
  readonly before: Float64Array;
  readonly after: Float64Array;
  readonly notices: readonly Notice[];
}

/** Estimates after the views, and what these did. */
export interface UpdatedEstimates {
  readonly status: "estimated";
  readonly expectedReturns: Float64Array;
  readonly covariance: Matrix;
  readonly views: ViewsEffect;
  readonly notices: readonly Notice[];
}

/**
 * Merges views into expected returns by Bayes' rule.
 *
 * @param closes - Needed for views on factors.
 */
export function blackLitterman(
  prior: Estimates,
  closes: Matrix | undefined,
  method: Method,
): UpdatedEstimates | ViewsFailure {
  const { views } = method;
  const update = updateOf(prior, closes, method);
  if (update.status === "contradictory") {
    return {
      status: "views-contradictory",
      method: "black-litterman",
      fields: update.views.map((k) => `expected_returns.views.black_litterman.views[${k}]`),
      expressions: update.views.map((k) => views[k]?.expression ?? ""),
      attainable: undefined,
    };
  }
  const { posterior, before, after, notices } = update;
  return {
    status: "estimated",
    expectedReturns: posterior.mean,
    covariance: posterior.covariance,
    views: {
      priorReturnsPerYear: prior.expectedReturns,
      posteriorReturnsPerYear: posterior.mean,
      priorVolatilitiesPerYear: volatilitiesOf(prior.covariance),
      posteriorVolatilitiesPerYear: volatilitiesOf(posterior.covariance),
      views: views.map((view) => ({
        expression: view.expression,
        prior: dot(view.coefficients, before),
        view: viewValue(view, before),
        posterior: dot(view.coefficients, after),
      })),
      effectiveScenarioFraction: 1,
    },
    notices: [...prior.notices, ...notices],
  };
}

function updateOf(
  prior: Estimates,
  closes: Matrix | undefined,
  { tau, views, factors }: Method,
): Update | ContradictoryViews {
  const linear: LinearViews = {
    portfolios: matrixFromRows(views.map(({ coefficients }) => Array.from(coefficients))),
    values: Float64Array.from(views, (view) => viewValue(view, prior.expectedReturns)),
    uncertainty: {
      kind: "confidences",
      confidences: Float64Array.from(views, ({ confidence }) => confidence),
    },
  };
  if (factors !== undefined) {
    return factors.form === "bayesian"
      ? bayesianForm(prior, factorModel(closes, factors), tau, linear)
      : augmentedForm(prior, factorModel(closes, factors), tau, linear);
  }
  const assets = { mean: prior.expectedReturns, covariance: prior.covariance };
  const posterior = blackLittermanPosterior(assets, tau, linear);
  return posterior.status === "contradictory"
    ? posterior
    : { status: "updated", posterior, before: assets.mean, after: posterior.mean, notices: [] };
}

/** Return that a view expects of its portfolio. @param prior - Expected returns before the views. */
function viewValue(
  { coefficients, valuePerYear, isOverPrior = false }: ExpectedReturnView,
  prior: Float64Array,
): number {
  return isOverPrior ? dot(coefficients, prior) + valuePerYear : valuePerYear;
}

/** Factors per year, and how the assets depend on them. */
interface FactorModel {
  readonly mean: Float64Array;
  readonly covariance: Matrix;
  readonly loadings: Matrix;
  readonly residualVariances: Float64Array;
}

function factorModel(closes: Matrix | undefined, factors: FactorViews): FactorModel {
  if (closes === undefined || factors.closes === undefined) {
    throw new Error("views on factors were asked for without prices");
  }
  const factorReturns = simpleReturns(factors.closes);
  const form = regressionFactors(simpleReturns(closes), factorReturns);
  return {
    mean: annualizeMean(historicalMean(factorReturns)),
    covariance: annualizeCovariance(form.factorCovariance),
    loadings: form.loadings,
    residualVariances: annualizeMean(form.specificVariances),
  };
}

/** Carries views on factors to the assets, whose own expected returns set the constants. */
function bayesianForm(
  prior: Estimates,
  { mean, covariance, loadings, residualVariances }: FactorModel,
  tau: number,
  views: LinearViews,
): Update | ContradictoryViews {
  const explained = multiplyVector(loadings, mean);
  const alphas = prior.expectedReturns.map((value, i) => value - (explained[i] ?? 0));
  const assets = { alphas, loadings, residualVariances };
  const posterior = bayesianFactorPosterior(assets, { mean, covariance }, tau, views);
  return posterior.status === "contradictory"
    ? posterior
    : { status: "updated", posterior, before: mean, after: posterior.factorMean, notices: [] };
}

function augmentedForm(
  prior: Estimates,
  { mean, covariance, loadings }: FactorModel,
  tau: number,
  views: LinearViews,
): Update | ContradictoryViews {
  const assets = { mean: prior.expectedReturns, covariance: prior.covariance };
  const posterior = augmentedPosterior(assets, { mean, covariance }, loadings, tau, views);
  return posterior.status === "contradictory"
    ? posterior
    : {
        status: "updated",
        posterior,
        before: Float64Array.of(...assets.mean, ...mean),
        after: Float64Array.of(...posterior.mean, ...posterior.factorMean),
        notices: posterior.repair.repaired ? [repairedNotice(posterior.repair)] : [],
      };
}

function repairedNotice({
  smallestEigenvalue,
  frobeniusChange,
}: PositiveSemidefiniteRepair): Notice {
  return {
    reason: "COVARIANCE_REPAIRED",
    description:
      "The covariance of the assets has less risk than their loadings on the factors alone: together " +
      `with the factors, its smallest eigenvalue is ${compactText(smallestEigenvalue)}. The negative ` +
      `ones were set to 0, which changed the matrix by ${compactText(frobeniusChange)} (Frobenius ` +
      "norm). The sample covariance needs no such repair.",
  };
}
