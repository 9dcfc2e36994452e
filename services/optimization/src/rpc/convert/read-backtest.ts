import { create, toBinary, toJson } from "@bufbuild/protobuf";
import {
  type BacktestSpec,
  BacktestSpecSchema,
  CalendarPeriod,
  type Strategy,
  type WalkForward,
  type BacktestCosts as WireCosts,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import {
  type StartBacktestRequest,
  StartBacktestRequestSchema,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_service_pb.js";
import {
  type OptimizePortfolioRequest,
  OptimizePortfolioRequestSchema,
} from "@portfolio/gen/portfolio/optimization/v1/optimization_service_pb.js";
import { DatasetReferenceSchema } from "@portfolio/gen/portfolio/type/v1/dataset_pb.js";
import { AppError } from "@portfolio/platform/app-error";
import type { BacktestDraft } from "../../app/start-backtest.ts";
import type {
  BacktestCosts,
  BacktestProblem,
  StrategyProblem,
  Validation,
  WalkForwardValidation,
} from "../../domain/backtest-problem.ts";
import type { OptimizationProblem } from "../../domain/portfolio-problem.ts";
import { checkNumbers } from "./read-numbers.ts";
import { readPositions } from "./read-positions.ts";
import { readPrices } from "./read-prices.ts";
import { readOptimization } from "./read-problem.ts";
import { isPrintable, readRequestSymbols } from "./read-symbols.ts";
import { refuse, refuseIfAny } from "./refuse.ts";

const INITIAL_AMOUNT = 1_000_000;
const AMOUNT_MAX = 1e13;
const LAG_DAYS = 1;
const STRATEGIES_MAX = 8;

/** Reads a backtest to start. @throws {AppError} Names every field at fault. */
export function readBacktestDraft(request: StartBacktestRequest): BacktestDraft {
  const { requestId } = request;
  const name = request.name.trim();
  if (name !== "" && !isPrintable(name)) {
    refuse("REQUEST_INVALID", "name", "a name holds no control character");
  }
  if (requestId !== "" && !isPrintable(requestId)) {
    refuse("REQUEST_INVALID", "request_id", "an identifier holds no control character");
  }
  const spec = request.spec ?? create(BacktestSpecSchema);
  return {
    name,
    problem: readBacktest(spec),
    writeSpec: ({ id, revision }) => {
      const dataset = create(DatasetReferenceSchema, { id, revision });
      return toBinary(BacktestSpecSchema, { ...spec, dataset });
    },
    requestId,
    content: toJson(StartBacktestRequestSchema, request),
  };
}

/** Reads what to test. @throws {AppError} Names every field at fault, below `spec`. */
export function readBacktest(spec: BacktestSpec): BacktestProblem {
  const head = under("spec", () => ({
    symbols: readRequestSymbols(spec.symbols, false).symbols,
    prices: readPrices(spec),
  }));
  checkNumbers([
    { field: "spec.cash_rate_per_year", value: spec.cashRatePerYear, min: -0.99, max: 1 },
  ]);
  const benchmark = under("spec.benchmark", () =>
    spec.benchmark.length === 0 ? undefined : readPositions(spec.benchmark),
  );
  return {
    ...head,
    strategies: readStrategies(spec),
    validation: readValidation(spec),
    benchmark,
    cashRatePerYear: spec.cashRatePerYear,
  };
}

function readStrategies(spec: BacktestSpec): StrategyProblem[] {
  const { strategies } = spec;
  if (strategies.length === 0 || strategies.length > STRATEGIES_MAX) {
    refuse("REQUEST_INVALID", "spec.strategies", `give 1 to ${STRATEGIES_MAX} strategies`);
  }
  const names = strategies.map(({ name }) => name.trim());
  const fieldOf = (k: number) => `spec.strategies[${k}].name`;
  refuseIfAny(
    "REQUEST_INVALID",
    [...names.entries()]
      .filter(([k, name]) => !isPrintable(name) || names.indexOf(name) < k)
      .map(([k, name]) => ({
        field: fieldOf(k),
        description: isPrintable(name) ? `"${name}" is there twice` : "a name can be printed",
      })),
  );
  return strategies.map((strategy, k) => ({
    name: names[k] ?? "",
    optimization: readStrategy(strategy, spec, `spec.strategies[${k}].optimization`),
  }));
}

function readStrategy({ optimization }: Strategy, spec: BacktestSpec, field: string) {
  const template = optimization ?? create(OptimizePortfolioRequestSchema);
  refuseIfAny(
    "REQUEST_INVALID",
    filledFields(template).map((name) => ({
      field: `${field}.${name}`,
      description: "leave it out: each decision fills it in",
    })),
  );
  const { symbols, startDate, endDate, dataset } = spec;
  const problem = under(field, () =>
    readOptimization({ ...template, symbols, startDate, endDate, ...(dataset && { dataset }) }),
  );
  refuseFurtherPrices(problem, field);
  return problem;
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

function readValidation({ validation }: BacktestSpec): Validation {
  switch (validation.case) {
    case "walkForward":
      return readWalkForward(validation.value);
    case "combinatorialPurged": {
      const { foldCount, testFoldCount, purgeDays, embargoDays } = validation.value;
      if (testFoldCount >= foldCount) {
        const field = "spec.combinatorial_purged.test_fold_count";
        refuse("REQUEST_INVALID", field, `${testFoldCount} is not less than ${foldCount} folds`);
      }
      return { kind: "combinatorial-purged", foldCount, testFoldCount, purgeDays, embargoDays };
    }
    case undefined:
      return refuse("REQUEST_INVALID", "spec.validation", "say how the strategies are tested");
  }
}

function readWalkForward(message: WalkForward): WalkForwardValidation {
  const { trainDays, expanding, executionLagDays, initialAmount, costs } = message;
  const field = "spec.walk_forward";
  checkNumbers([
    { field: `${field}.initial_amount`, value: initialAmount, min: 0, max: AMOUNT_MAX },
  ]);
  return {
    kind: "walk-forward",
    trainDays,
    isExpanding: expanding,
    rebalance: readRebalance(message),
    executionLagDays: executionLagDays ?? LAG_DAYS,
    initialAmount: initialAmount || INITIAL_AMOUNT,
    costs: readCosts(costs, `${field}.costs`),
  };
}

const PERIODS = {
  [CalendarPeriod.WEEK]: "week",
  [CalendarPeriod.MONTH]: "month",
  [CalendarPeriod.QUARTER]: "quarter",
  [CalendarPeriod.YEAR]: "year",
} as const;

function readRebalance({ rebalance }: WalkForward): WalkForwardValidation["rebalance"] {
  switch (rebalance.case) {
    case "everyDays":
      return rebalance.value;
    case "period":
      return PERIODS[rebalance.value as keyof typeof PERIODS];
    case undefined:
      return "month";
  }
}

function readCosts(costs: WireCosts | undefined, field: string): BacktestCosts {
  const rates = {
    linear_rate: costs?.linearRate,
    half_spread: costs?.halfSpread,
    borrow_rate_per_year: costs?.borrowRatePerYear,
    debit_spread_per_year: costs?.debitSpreadPerYear,
  };
  const amounts = {
    fixed_amount: costs?.fixedAmount,
    minimum_trade_amount: costs?.minimumTradeAmount,
  };
  const fieldsOf = (values: Readonly<Record<string, number | undefined>>, max: number) =>
    Object.entries(values).map(([name, value]) => ({
      field: `${field}.${name}`,
      value,
      min: 0,
      max,
    }));
  checkNumbers([...fieldsOf(rates, 1), ...fieldsOf(amounts, AMOUNT_MAX)]);
  return {
    linearRate: costs?.linearRate ?? 0,
    halfSpread: costs?.halfSpread ?? 0,
    fixedAmount: costs?.fixedAmount ?? 0,
    minimumTradeAmount: costs?.minimumTradeAmount ?? 0,
    borrowRatePerYear: costs?.borrowRatePerYear ?? 0,
    debitSpreadPerYear: costs?.debitSpreadPerYear ?? 0,
  };
}

/** Lets the violations of a part point into the whole. */
function under<Part>(prefix: string, read: () => Part): Part {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof AppError)) {
      throw error;
    }
    const violations = error.violations.map(({ field, description }) => ({
      field: joined(prefix, field),
      description,
    }));
    throw new AppError(error.kind, error.reason, joined(prefix, error.message), {
      violations,
      metadata: error.metadata,
      cause: error,
    });
  }
}

/** Joins two paths; positions of a benchmark are the entries of the list itself. */
function joined(prefix: string, field: string): string {
  return prefix === "spec.benchmark" && field.startsWith("positions")
    ? `${prefix}${field.slice("positions".length)}`
    : `${prefix}.${field}`;
}
