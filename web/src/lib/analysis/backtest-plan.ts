import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  type BacktestSpecSchema,
  CalendarPeriod,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import { t } from "../i18n/messages.ts";
import { DEFAULT_PROBLEM, type Goal } from "../optimize/problem.ts";
import { optimizeRequest } from "../optimize/problem-request.ts";
import { datasetField, type Holdings } from "./holdings.ts";

/** Goals that a backtest can follow: those without a number to set. */
export const STRATEGY_GOALS = [
  "maximum-sharpe",
  "minimum-variance",
  "risk-parity",
  "hierarchical-risk-parity",
  "maximum-diversification",
  "inverse-volatility",
] as const satisfies readonly Goal["kind"][];
export type StrategyGoal = (typeof STRATEGY_GOALS)[number];

export const PERIODS = ["week", "month", "quarter", "year"] as const;

/** How strategies are tested, as a person states it. */
export interface BacktestPlan {
  readonly goals: readonly StrategyGoal[];
  /** `YYYY-MM-DD`, or empty for as far as the prices reach. */
  readonly startDate: string;
  readonly endDate: string;
  readonly validation: "walk-forward" | "purged";
  readonly trainDays: number;
  readonly isExpanding: boolean;
  readonly period: (typeof PERIODS)[number];
  /** Cost of trading, a fraction of the value traded: 0.0005 is 5 basis points. */
  readonly cost: number;
  /** Fraction per year. */
  readonly cashRate: number;
  /** A symbol, or empty for equal weights. */
  readonly benchmark: string;
  readonly folds: number;
  readonly testFolds: number;
  readonly purgeDays: number;
}

export const DEFAULT_BACKTEST: BacktestPlan = {
  goals: ["maximum-sharpe", "minimum-variance", "risk-parity"],
  startDate: "",
  endDate: "",
  validation: "walk-forward",
  trainDays: 504,
  isExpanding: false,
  period: "quarter",
  cost: 0.0005,
  cashRate: 0,
  benchmark: "",
  folds: 6,
  testFolds: 2,
  purgeDays: 5,
};

const PERIOD_FIELDS = {
  week: CalendarPeriod.WEEK,
  month: CalendarPeriod.MONTH,
  quarter: CalendarPeriod.QUARTER,
  year: CalendarPeriod.YEAR,
} as const;

/** Reads a plan from a query string. What cannot be read takes its default. */
export function backtestFromParams(params: URLSearchParams): BacktestPlan {
  const number = (key: string, normal: number, low: number, high: number) => {
    const text = params.get(key) ?? "";
    const value = text === "" ? Number.NaN : Number(text);
    return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : normal;
  };
  const date = (key: string) => {
    const text = params.get(key) ?? "";
    return /^\d{4}-\d{2}-\d{2}$/u.test(text) ? text : "";
  };
  const words = (params.get("goals") ?? "").split(",");
  const goals = STRATEGY_GOALS.filter((goal) => words.includes(goal));
  const normal = DEFAULT_BACKTEST;
  const folds = Math.round(number("folds", normal.folds, 3, 20));
  return {
    goals: goals.length > 0 ? goals : normal.goals,
    startDate: date("from"),
    endDate: date("to"),
    validation: params.get("validation") === "purged" ? "purged" : "walk-forward",
    trainDays: Math.round(number("train", normal.trainDays, 20, 10_000)),
    isExpanding: params.get("expanding") === "1",
    period: PERIODS.find((name) => name === params.get("period")) ?? normal.period,
    cost: number("cost", normal.cost, 0, 1),
    cashRate: number("cash", normal.cashRate, -0.99, 1),
    benchmark: (params.get("benchmark") ?? "").toUpperCase().slice(0, 32),
    folds,
    testFolds: Math.round(number("test", normal.testFolds, 2, folds - 1)),
    purgeDays: Math.round(number("purge", normal.purgeDays, 0, 1000)),
  };
}

/** The contract's form of a plan on the assets of a portfolio. */
export function backtestSpec(
  holdings: Holdings,
  plan: BacktestPlan,
): MessageInitShape<typeof BacktestSpecSchema> {
  const symbols = holdings.positions.map(({ symbol }) => symbol);
  return {
    symbols,
    startDate: plan.startDate,
    endDate: plan.endDate,
    dataset: datasetField(holdings.dataset),
    strategies: plan.goals.map((kind) => ({
      name: t.optimize.goals[kind],
      optimization: templateOf(symbols, kind),
    })),
    validation: validationField(plan),
    benchmark: plan.benchmark === "" ? [] : [{ symbol: plan.benchmark, weight: 1 }],
    cashRatePerYear: plan.cashRate,
  };
}

/** How weights are chosen. Each decision fills in symbols, dates and dataset. */
function templateOf(symbols: readonly string[], kind: StrategyGoal) {
  const { dataset: _dataset, ...template } = optimizeRequest({
    ...DEFAULT_PROBLEM,
    symbols,
    goal: { kind },
  });
  return { ...template, symbols: [] };
}

function validationField(
  plan: BacktestPlan,
): NonNullable<MessageInitShape<typeof BacktestSpecSchema>["validation"]> {
  if (plan.validation === "purged") {
    return {
      case: "combinatorialPurged",
      value: {
        foldCount: plan.folds,
        testFoldCount: plan.testFolds,
        purgeDays: plan.purgeDays,
        embargoDays: plan.purgeDays,
      },
    };
  }
  return {
    case: "walkForward",
    value: {
      trainDays: plan.trainDays,
      expanding: plan.isExpanding,
      rebalance: { case: "period", value: PERIOD_FIELDS[plan.period] },
      costs: { linearRate: plan.cost },
    },
  };
}
