import {
  type BacktestSpec,
  CalendarPeriod,
  type RandomizedWalks,
  type WalkForward,
  type BacktestCosts as WireCosts,
  type MarketImpact as WireImpact,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import type {
  BacktestCosts,
  MarketImpact,
  RandomizedValidation,
  Validation,
  WalkForwardValidation,
} from "../../domain/backtest-problem.ts";
import { readVector } from "./read-by-symbol.ts";
import { checkNumbers } from "./read-numbers.ts";
import type { SymbolList } from "./read-symbols.ts";
import { refuse } from "./refuse.ts";

const INITIAL_AMOUNT = 1_000_000;
const AMOUNT_MAX = 1e13;
const AMOUNT_MIN = 1e-6;
const LAG_DAYS = 1;
const IMPACT_DAYS = 63;
const IMPACT_DAYS_MIN = 3;

/** Reads how strategies are tested. @throws {AppError} Names every field at fault. */
export function readValidation({ validation }: BacktestSpec, list: SymbolList): Validation {
  switch (validation.case) {
    case "walkForward":
      return readWalkForward(validation.value, list);
    case "combinatorialPurged": {
      const { foldCount, testFoldCount, purgeDays, embargoDays } = validation.value;
      if (testFoldCount >= foldCount) {
        const field = "spec.combinatorial_purged.test_fold_count";
        refuse("REQUEST_INVALID", field, `${testFoldCount} is not less than ${foldCount} folds`);
      }
      return { kind: "combinatorial-purged", foldCount, testFoldCount, purgeDays, embargoDays };
    }
    case "randomized":
      return readRandomized(validation.value, list.symbols.length);
    case undefined:
      return refuse("REQUEST_INVALID", "spec.validation", "say how the strategies are tested");
  }
}

function readRandomized(message: RandomizedWalks, symbolCount: number): RandomizedValidation {
  const { symbolsPerSample } = message;
  if (symbolsPerSample > symbolCount) {
    const field = "spec.randomized.symbols_per_sample";
    refuse("REQUEST_INVALID", field, `${symbolsPerSample} is over ${symbolCount} symbols`);
  }
  return {
    kind: "randomized",
    sampleCount: message.sampleCount,
    symbolsPerSample,
    daysPerSample: message.daysPerSample,
    trainDays: message.trainDays,
    testDays: message.testDays,
    purgeDays: message.purgeDays,
    isExpanding: message.expanding,
    seed: message.seed,
  };
}

function readWalkForward(message: WalkForward, list: SymbolList): WalkForwardValidation {
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
    costs: readCosts(costs, `${field}.costs`, list),
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

function readCosts(costs: WireCosts | undefined, field: string, list: SymbolList): BacktestCosts {
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
    impact: costs?.impact && readImpact(costs.impact, `${field}.impact`, list),
  };
}

function readImpact(
  { coefficient, windowDays, defaultTradedAmount, tradedAmounts }: WireImpact,
  field: string,
  list: SymbolList,
): MarketImpact {
  checkNumbers([
    { field: `${field}.coefficient`, value: coefficient, min: AMOUNT_MIN, max: 100 },
    {
      field: `${field}.default_traded_amount`,
      value: defaultTradedAmount,
      min: AMOUNT_MIN,
      max: AMOUNT_MAX,
    },
  ]);
  if (windowDays > 0 && windowDays < IMPACT_DAYS_MIN) {
    const least = `${windowDays} is neither 0 nor at least ${IMPACT_DAYS_MIN}`;
    refuse("REQUEST_INVALID", `${field}.window_days`, least);
  }
  const map = { field: `${field}.traded_amounts`, min: AMOUNT_MIN, max: AMOUNT_MAX };
  return {
    coefficient,
    windowDays: windowDays || IMPACT_DAYS,
    tradedAmounts: readVector(tradedAmounts, list, map, defaultTradedAmount),
  };
}
