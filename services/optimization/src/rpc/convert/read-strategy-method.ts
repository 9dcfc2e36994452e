import { create } from "@bufbuild/protobuf";
import type {
  BacktestSpec,
  Strategy as WireStrategy,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import type {
  Ensemble,
  MultiPeriodPlan,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_strategy_pb.js";
import { ObjectiveSchema } from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import {
  type OptimizePortfolioRequest,
  OptimizePortfolioRequestSchema,
} from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import type {
  EnsembleMethod,
  MultiPeriodMethod,
  Strategy,
} from "../../domain/backtest-strategy.ts";
import type { OptimizationProblem } from "../../domain/portfolio-problem.ts";
import { readGrid } from "./read-grid.ts";
import { checkNumbers } from "./read-numbers.ts";
import { readOptimization } from "./read-problem.ts";
import { refuse } from "./refuse.ts";
import { refuseForecasts } from "./refuse-forecasts.ts";
import { under } from "./under-field.ts";

/** Reads an optimization of a strategy; `at` is its path below the strategy. */
export type ReadTemplate = (
  template: OptimizePortfolioRequest | undefined,
  at: string,
) => OptimizationProblem;

/**
 * Reads a strategy's optimization, and what replaces or extends it.
 *
 * @param field - Path of the strategy.
 * @throws {AppError} `REQUEST_INVALID`, and those of `readOptimization`.
 */
export function readStrategyMethod(
  strategy: WireStrategy,
  spec: BacktestSpec,
  field: string,
  read: ReadTemplate,
): Pick<Strategy<OptimizationProblem>, "optimization" | "method"> {
  const { optimization, method } = strategy;
  const isWalk = spec.validation.case === "walkForward";
  if (!isWalk && (method.case === "grid" || method.case === "multiPeriod")) {
    const name = method.case === "grid" ? "grid" : "multi_period";
    refuse("REQUEST_INVALID", `${field}.${name}`, "it needs validation by walk_forward");
  }
  switch (method.case) {
    case "grid":
      return readGrid(method.value, optimization, field, read);
    case "multiPeriod":
      return readPlan(method.value, optimization, field, read);
    case "ensemble":
      return readMixture(method.value, optimization, field, read);
    case undefined:
      return { optimization: read(optimization, "optimization"), method: undefined };
  }
}

/** Reads a plan of trades, which has an objective of its own and linear limits alone. */
function readPlan(
  { periodCount, riskAversion, returnPersistence }: MultiPeriodPlan,
  template: OptimizePortfolioRequest | undefined,
  field: string,
  read: ReadTemplate,
): { optimization: OptimizationProblem; method: MultiPeriodMethod } {
  const own = `${field}.multi_period`;
  checkNumbers([
    { field: `${own}.risk_aversion`, value: riskAversion, min: 0, max: 10_000 },
    { field: `${own}.return_persistence`, value: returnPersistence, min: 0, max: 1 },
  ]);
  if (riskAversion === 0) {
    refuse("REQUEST_INVALID", `${own}.risk_aversion`, "0 is not over 0");
  }
  if (template?.objective !== undefined) {
    const path = `${field}.optimization.objective`;
    refuse("REQUEST_INVALID", path, "leave it out: a plan has an objective of its own");
  }
  const objective = create(ObjectiveSchema, { goal: { case: "minimumVariance", value: {} } });
  const base = template ?? create(OptimizePortfolioRequestSchema);
  const optimization = read({ ...base, objective }, "optimization");
  const { portfolioLimits, discreteness, network } = optimization;
  const isLinear = Object.values(portfolioLimits).every((limit) => limit === undefined);
  if (!isLinear || discreteness !== undefined || network !== undefined) {
    refuse(
      "REQUEST_INVALID",
      `${field}.optimization.constraints`,
      "a plan has linear limits alone",
    );
  }
  return {
    optimization,
    method: {
      kind: "multi-period",
      periodCount,
      riskAversion,
      returnPersistence: returnPersistence ?? 1,
    },
  };
}

/** Reads an ensemble. Stacking fits members to days after those that it judges them by. */
function readMixture(
  ensemble: Ensemble,
  template: OptimizePortfolioRequest | undefined,
  field: string,
  read: ReadTemplate,
): { optimization: OptimizationProblem; method: EnsembleMethod<OptimizationProblem> } {
  const readOwn: ReadTemplate = (own, at) => {
    const problem = read(own, at);
    if (ensemble.stacking !== undefined) {
      const why = "stacking judges members by days before the forecast: leave stacking out";
      refuseForecasts(problem, `${field}.${at}`, why);
    }
    return problem;
  };
  return {
    optimization: readOwn(template, "optimization"),
    method: readEnsemble(ensemble, `${field}.ensemble`, readOwn),
  };
}

const SHARE_SUM_TOLERANCE = 1e-9;
const STACKING_FOLDS = 5;
const STACKING_FOLDS_MIN = 2;

function readEnsemble(
  { members, shares, stacking, stackingFoldCount }: Ensemble,
  field: string,
  read: ReadTemplate,
): EnsembleMethod<OptimizationProblem> {
  const count = members.length + 1;
  checkNumbers(
    shares.map((value, k) => ({ field: `${field}.shares[${k}]`, value, min: 0, max: 1 })),
  );
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (shares.length > 0 && (shares.length !== count || Math.abs(total - 1) > SHARE_SUM_TOLERANCE)) {
    const what = `${shares.length} shares sum to ${total}; give ${count} that sum to 1`;
    refuse("REQUEST_INVALID", `${field}.shares`, what);
  }
  if (shares.length > 0 && stacking !== undefined) {
    refuse("REQUEST_INVALID", `${field}.shares`, "leave them out: stacking chooses them");
  }
  if (stackingFoldCount > 0 && stackingFoldCount < STACKING_FOLDS_MIN) {
    refuse("REQUEST_INVALID", `${field}.stacking_fold_count`, "1 is neither 0 nor at least 2");
  }
  return {
    kind: "ensemble",
    members: members.map((member, k) => read(member, `ensemble.members[${k}]`)),
    shares: shares.length > 0 ? Float64Array.from(shares) : new Float64Array(count).fill(1 / count),
    stacking: stacking && {
      optimization: readStacking(stacking, count, `${field}.stacking`),
      foldCount: stackingFoldCount || STACKING_FOLDS,
    },
  };
}

/** Reads the optimization of shares, whose assets are the members. */
function readStacking(
  template: OptimizePortfolioRequest,
  count: number,
  field: string,
): OptimizationProblem {
  if (template.symbols.length > 0) {
    refuse("REQUEST_INVALID", `${field}.symbols`, "leave it out: the members are its assets");
  }
  const symbols = Array.from({ length: count }, (_, k) => `Member ${k + 1}`);
  const problem = under(field, () => readOptimization({ ...template, symbols }));
  refuseForecasts(problem, field, "the members are its assets, which no model forecasts");
  return problem;
}
