import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  type BacktestSpecSchema,
  CalendarPeriod,
  type StrategySchema,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";

export type Spec = MessageInitShape<typeof BacktestSpecSchema>;
type Template = MessageInitShape<typeof StrategySchema>;

export const SYMBOLS = ["AAPL", "JPM", "KO", "PG", "XOM"];

export const MINIMUM_VARIANCE = {
  name: "Minimum variance",
  optimization: {
    covariance: { method: { case: "sample", value: {} } },
    objective: { goal: { case: "minimumVariance", value: {} } },
  },
} satisfies Template;

export const EQUAL = {
  name: "Equal",
  optimization: { objective: { goal: { case: "equalWeight", value: {} } } },
} satisfies Template;

/** 16 decisions, the first on 240 returns. */
export const QUARTERLY = {
  symbols: SYMBOLS,
  startDate: "2015-01-01",
  endDate: "2019-12-31",
  strategies: [MINIMUM_VARIANCE, EQUAL],
  validation: {
    case: "walkForward",
    value: {
      trainDays: 240,
      rebalance: { case: "period", value: CalendarPeriod.QUARTER },
      executionLagDays: 0,
      costs: { linearRate: 0.001 },
    },
  },
} satisfies Spec;

/** 15 fits of each strategy. */
export const PURGED = {
  ...QUARTERLY,
  validation: {
    case: "combinatorialPurged",
    value: { foldCount: 6, testFoldCount: 2, purgeDays: 5, embargoDays: 2 },
  },
} satisfies Spec;
