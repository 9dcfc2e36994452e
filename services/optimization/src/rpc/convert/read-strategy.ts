import { create } from "@bufbuild/protobuf";
import type {
  BacktestSpec,
  Strategy as WireStrategy,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import {
  FallbackRule,
  type Fallback as WireFallback,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_strategy_pb.js";
import {
  type OptimizePortfolioRequest,
  OptimizePortfolioRequestSchema,
} from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import type { Fallback, Strategy } from "../../domain/backtest-strategy.ts";
import type { OptimizationProblem } from "../../domain/portfolio-problem.ts";
import { readPreSelection } from "./read-pre-selection.ts";
import { readOptimization } from "./read-problem.ts";
import { type ReadTemplate, readStrategyMethod } from "./read-strategy-method.ts";
import { isPrintable } from "./read-symbols.ts";
import { refuse, refuseIfAny } from "./refuse.ts";
import { refuseForecasts } from "./refuse-forecasts.ts";
import { under } from "./under-field.ts";

const STRATEGIES_MAX = 8;

/** Reads the strategies to test. @throws {AppError} Names every field at fault. */
export function readStrategies(spec: BacktestSpec): Strategy<OptimizationProblem>[] {
  const { strategies } = spec;
  if (strategies.length === 0 || strategies.length > STRATEGIES_MAX) {
    refuse("REQUEST_INVALID", "spec.strategies", `give 1 to ${STRATEGIES_MAX} strategies`);
  }
  const names = strategies.map(({ name }) => name.trim());
  refuseIfAny(
    "REQUEST_INVALID",
    [...names.entries()]
      .filter(([k, name]) => !isPrintable(name) || names.indexOf(name) < k)
      .map(([k, name]) => ({
        field: `spec.strategies[${k}].name`,
        description: isPrintable(name) ? `"${name}" is there twice` : "a name can be printed",
      })),
  );
  return strategies.map((strategy, k) => readStrategy(strategy, spec, names[k] ?? "", k));
}

function readStrategy(
  strategy: WireStrategy,
  spec: BacktestSpec,
  name: string,
  k: number,
): Strategy<OptimizationProblem> {
  const field = `spec.strategies[${k}]`;
  const read: ReadTemplate = (template, at) => readTemplate(template, spec, `${field}.${at}`);
  const { optimization, method } = readStrategyMethod(strategy, spec, field, read);
  return {
    name,
    optimization,
    preSelections: strategy.preSelections.map((one, i) =>
      readPreSelection(one, spec, `${field}.pre_selections[${i}]`),
    ),
    fallbacks: strategy.fallbacks.map((one, i) =>
      readFallback(one, { field, at: `fallbacks[${i}]` }, read),
    ),
    method,
  };
}

/** Reads one optimization of a strategy, for all symbols of the backtest. */
function readTemplate(
  given: OptimizePortfolioRequest | undefined,
  spec: BacktestSpec,
  field: string,
): OptimizationProblem {
  const template = given ?? create(OptimizePortfolioRequestSchema);
  refuseIfAny(
    "REQUEST_INVALID",
    filledFields(template).map((name) => ({
      field: `${field}.${name}`,
      description: "leave it out: each decision fills it in",
    })),
  );
  refuseTradeLimits(template, field);
  const { symbols, startDate, endDate, dataset } = spec;
  const problem = under(field, () =>
    readOptimization({ ...template, symbols, startDate, endDate, ...(dataset && { dataset }) }),
  );
  refuseFurtherPrices(problem, field);
  if (spec.validation.case !== "walkForward") {
    refuseForecasts(
      problem,
      field,
      "it needs validation by walk_forward, whose decisions have a day",
    );
  }
  return problem;
}

/** Refuses limits on the trade of single assets, which would count from the weights of the template. */
function refuseTradeLimits({ constraints }: OptimizePortfolioRequest, field: string): void {
  const { notTraded = [], tradeMax, tradeMaxBySymbol = {} } = constraints?.trading ?? {};
  const limits = {
    not_traded: notTraded.length > 0,
    trade_max: tradeMax !== undefined,
    trade_max_by_symbol: Object.keys(tradeMaxBySymbol).length > 0,
  };
  refuseIfAny(
    "REQUEST_INVALID",
    Object.entries(limits)
      .filter(([, isSet]) => isSet)
      .map(([name]) => ({
        field: `${field}.constraints.trading.${name}`,
        description: "backtests limit no single trades: limit the turnover",
      })),
  );
}

/** Refuses estimates that rest on prices beside those of the symbols: decisions see no others. */
function refuseFurtherPrices({ covariance, views }: OptimizationProblem, field: string): void {
  const description = "it needs prices beside those of the symbols, which decisions do not see";
  if (covariance.kind === "regression-factors" || covariance.kind === "unequal-histories") {
    refuse("REQUEST_INVALID", `${field}.covariance`, description);
  }
  if (views?.kind === "black-litterman" && views.factors !== undefined) {
    const path = `${field}.expected_returns.views.black_litterman.factors`;
    refuse("REQUEST_INVALID", path, description);
  }
}

function filledFields(template: OptimizePortfolioRequest): string[] {
  const { symbols, startDate, endDate, dataset } = template;
  const filled = {
    symbols: symbols.length > 0,
    start_date: startDate !== "",
    end_date: endDate !== "",
    dataset: dataset !== undefined,
  };
  return Object.entries(filled)
    .filter(([, isFilled]) => isFilled)
    .map(([name]) => name);
}

const RULES = {
  [FallbackRule.KEEP_POSITIONS]: "keep-positions",
  [FallbackRule.PREVIOUS_WEIGHTS]: "previous-weights",
  [FallbackRule.EQUAL_WEIGHT]: "equal-weight",
  [FallbackRule.CASH]: "cash",
} as const;

function readFallback(
  { action }: WireFallback,
  { field, at }: { readonly field: string; readonly at: string },
  read: ReadTemplate,
): Fallback<OptimizationProblem> {
  switch (action.case) {
    case "rule":
      return { kind: RULES[action.value as keyof typeof RULES] };
    case "optimization":
      return { kind: "optimization", optimization: read(action.value, `${at}.optimization`) };
    case undefined:
      return refuse("REQUEST_INVALID", `${field}.${at}`, "say what to do without an answer");
  }
}
