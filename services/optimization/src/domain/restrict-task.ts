import type { CustomTerms, Discreteness, LinearRow } from "@portfolio/quant";
import type { CovarianceMethod } from "./covariance-method.ts";
import type { ExpectedReturnsMethod } from "./methods.ts";
import type { DiscreteSearch, PortfolioLimits } from "./portfolio-problem.ts";
import { restrictObjective } from "./restrict-objective.ts";
import type { Robustness } from "./robustness.ts";
import type { OptimizationTask } from "./solve-task.ts";
import { takeEntries, takeSubmatrix } from "./take-assets.ts";
import type { ScenariosMethod, ViewsMethod } from "./views-method.ts";

/** Why a task cannot be restricted. */
export interface Refusal {
  readonly status: "refused";
  readonly message: string;
}

/**
 * Restricts a task to some of its assets, as if the others had a weight of 0.
 *
 * Sums of weights keep their limits; a limit of which no asset is left goes, as do views about
 * an asset that is left out. Market weights are scaled to sum to 1 again.
 *
 * @param assets - Indices, ascending, at least one.
 * @returns The task in terms of the assets alone, without closes; the same task for all of them.
 */
export function restrictTask(
  task: OptimizationTask,
  assets: readonly number[],
): OptimizationTask | Refusal {
  if (assets.length === task.symbols.length) {
    return task;
  }
  if (task.views?.kind === "entropy-pooling") {
    return refusal("entropy pooling needs all assets that its views were written for");
  }
  const expectedReturns = restrictReturns(task.expectedReturns, assets);
  if (expectedReturns === undefined) {
    return refusal("the market weights of the assets that are left are 0");
  }
  return {
    ...task,
    symbols: assets.map((asset) => task.symbols[asset] ?? ""),
    closes: undefined,
    expectedReturns,
    covariance: restrictCovariance(task.covariance, assets),
    views: restrictViews(task.views, assets),
    scenarios: restrictScenarios(task.scenarios, assets),
    limits: {
      ...task.limits,
      lower: takeEntries(task.limits.lower, assets),
      upper: takeEntries(task.limits.upper, assets),
      rows: task.limits.rows.flatMap((row) => restrictRow(row, assets)),
    },
    objective: restrictObjective(task.objective, assets),
    portfolioLimits: restrictLimits(task.portfolioLimits, assets),
    robustness: task.robustness && restrictRobustness(task.robustness, assets.length),
    customTerms: task.customTerms && restrictTerms(task.customTerms, assets),
    discreteness: restrictDiscreteness(task.discreteness, assets),
  };
}

function refusal(message: string): Refusal {
  return { status: "refused", message };
}

function restrictReturns(
  method: ExpectedReturnsMethod,
  assets: readonly number[],
): ExpectedReturnsMethod | undefined {
  switch (method.kind) {
    case "given":
      return { ...method, perYear: takeEntries(method.perYear, assets) };
    case "forecast":
      return { ...method, excessPerYear: takeEntries(method.excessPerYear, assets) };
    case "capital-asset-pricing":
    case "equilibrium": {
      const taken = takeEntries(method.marketWeights, assets);
      const sum = taken.reduce((total, weight) => total + weight, 0);
      return sum > 0
        ? { ...method, marketWeights: taken.map((weight) => weight / sum) }
        : undefined;
    }
    default:
      return method;
  }
}

function restrictCovariance(method: CovarianceMethod, assets: readonly number[]): CovarianceMethod {
  switch (method.kind) {
    case "given":
      return { ...method, perYear: takeSubmatrix(method.perYear, assets) };
    case "implied-volatility":
      return { ...method, volatilitiesPerYear: takeEntries(method.volatilitiesPerYear, assets) };
    default:
      return method;
  }
}

function restrictViews(
  views: ViewsMethod | undefined,
  assets: readonly number[],
): ViewsMethod | undefined {
  if (views?.kind !== "black-litterman") {
    return views;
  }
  const isLeft = new Set(assets);
  const left = views.views
    .filter(({ coefficients }) => coefficients.every((value, j) => value === 0 || isLeft.has(j)))
    .map((view) => ({ ...view, coefficients: takeEntries(view.coefficients, assets) }));
  return left.length === 0 ? undefined : { ...views, views: left };
}

function restrictScenarios(scenarios: ScenariosMethod, assets: readonly number[]): ScenariosMethod {
  if (scenarios.kind !== "given") {
    return scenarios;
  }
  const { rows, cols, values } = scenarios.returns;
  const returns = new Float64Array(rows * assets.length);
  for (let t = 0; t < rows; t++) {
    returns.set(takeEntries(values.subarray(t * cols, (t + 1) * cols), assets), t * assets.length);
  }
  return { ...scenarios, returns: { rows, cols: assets.length, values: returns } };
}

function restrictRow(row: LinearRow, assets: readonly number[]): LinearRow[] {
  const kept = row.assets.flatMap((asset, k) => {
    const at = assets.indexOf(asset);
    return at < 0 ? [] : [{ at, coefficient: row.coefficients[k] ?? 0 }];
  });
  return kept.length === 0
    ? []
    : [
        {
          ...row,
          assets: kept.map(({ at }) => at),
          coefficients: kept.map(({ coefficient }) => coefficient),
        },
      ];
}

function restrictLimits(limits: PortfolioLimits, assets: readonly number[]): PortfolioLimits {
  const { trading, benchmark, riskShareLimits } = limits;
  const take = (values: Float64Array) => takeEntries(values, assets);
  return {
    ...limits,
    ...(trading && {
      trading: {
        ...trading,
        current: take(trading.current),
        costs: trading.costs && {
          ...trading.costs,
          linear: take(trading.costs.linear),
          impact: take(trading.costs.impact),
          managementFee: take(trading.costs.managementFee),
        },
      },
    }),
    ...(benchmark && { benchmark: { ...benchmark, weights: take(benchmark.weights) } }),
    ...(riskShareLimits && {
      riskShareLimits: riskShareLimits
        .map((limit) => ({ ...limit, assets: placesOf(limit.assets, assets) }))
        .filter((limit) => limit.assets.length > 0),
    }),
  };
}

function placesOf(members: readonly number[], assets: readonly number[]): number[] {
  return members.map((asset) => assets.indexOf(asset)).filter((at) => at >= 0);
}

function restrictRobustness(robustness: Robustness, assetCount: number): Robustness {
  const { resampling } = robustness;
  return resampling === undefined
    ? robustness
    : {
        ...robustness,
        resampling: {
          ...resampling,
          subsetSize: Math.min(resampling.subsetSize, assetCount),
        },
      };
}

function restrictTerms(terms: CustomTerms, assets: readonly number[]): CustomTerms {
  return {
    ...terms,
    linear: terms.linear && takeEntries(terms.linear, assets),
    quadratic: terms.quadratic && takeSubmatrix(terms.quadratic, assets),
  };
}

function restrictDiscreteness(
  search: DiscreteSearch | undefined,
  assets: readonly number[],
): DiscreteSearch | undefined {
  if (search === undefined) {
    return undefined;
  }
  const { holdings, trades, lots } = search.limits;
  const take = (values: Float64Array) => takeEntries(values, assets);
  const limits: Discreteness = {
    ...(holdings && { holdings: restrictActivity(holdings, assets) }),
    ...(trades && {
      trades: { ...restrictActivity(trades, assets), center: take(trades.center) },
    }),
    ...(lots && { lots: take(lots) }),
  };
  return { ...search, limits };
}

type Sizes = NonNullable<Discreteness["holdings"]>;

function restrictActivity(activity: Sizes, assets: readonly number[]): Sizes {
  return {
    ...activity,
    leastAbove: takeEntries(activity.leastAbove, assets),
    leastBelow: takeEntries(activity.leastBelow, assets),
    counts: activity.counts.map((count) => ({
      ...count,
      members: placesOf(count.members, assets),
    })),
  };
}
