import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  type BacktestSpecSchema,
  CalendarPeriod,
  type StrategySchema,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import {
  FallbackRule,
  type PreSelectionSchema,
  SelectionFigure,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_strategy_pb.js";
import { a } from "../i18n/analysis/messages.ts";
import { t } from "../i18n/messages.ts";
import { type CovarianceMethod, DEFAULT_PROBLEM } from "../optimize/problem.ts";
import { covarianceField, optimizeRequest } from "../optimize/problem-request.ts";
import type { BacktestPlan, StrategyGoal } from "./backtest-plan.ts";
import { datasetField, type Holdings } from "./holdings.ts";

type SpecInit = MessageInitShape<typeof BacktestSpecSchema>;
type StrategyInit = MessageInitShape<typeof StrategySchema>;

const GROUPS_MAX = 100;
const CORRELATION_MAX = 0.7;
const PLAN_RISK_AVERSION = 5;
const IMPACT_COEFFICIENT = 1;

/** The contract's form of a plan on the assets of a portfolio. */
export function backtestSpec(holdings: Holdings, plan: BacktestPlan): SpecInit {
  const symbols = holdings.positions.map(({ symbol }) => symbol);
  return {
    symbols,
    startDate: plan.startDate,
    endDate: plan.endDate,
    dataset: datasetField(holdings.dataset),
    strategies: strategiesOf(symbols, plan),
    validation: validationField(plan, symbols.length),
    benchmark: plan.benchmark === "" ? [] : [{ symbol: plan.benchmark, weight: 1 }],
    cashRatePerYear: plan.cashRate,
    ...(plan.validation === "walk-forward" && {
      ...(plan.isOpenUniverse && { universe: {} }),
      attributionGroups: groupsOf(symbols, plan),
      factorSymbols: [...plan.factors],
      ...(plan.forecast && { pastForecasts: { fitPeriod: true } }),
    }),
  };
}

/** The groups of a plan, of the assets that there are; one for each asset without any. */
function groupsOf(symbols: readonly string[], { groups, benchmark }: BacktestPlan) {
  const known = new Set([...symbols, benchmark]);
  const named = groups
    .map(({ name, symbols: members }) => ({
      name,
      symbols: members.filter((symbol) => known.has(symbol)),
    }))
    .filter((group) => group.symbols.length > 0);
  const single = symbols.map((symbol) => ({ name: symbol, symbols: [symbol] }));
  return named.length > 0 ? named : single.length > GROUPS_MAX ? [] : single;
}

function strategiesOf(symbols: readonly string[], plan: BacktestPlan): StrategyInit[] {
  const isWalk = plan.validation === "walk-forward";
  const goals = plan.goals.map(
    (kind): StrategyInit => ({
      name: t.optimize.goals[kind],
      optimization: templateOf(symbols, kind, plan),
      ...(isWalk && plan.isTuned && { method: tuning(symbols, kind, plan) }),
      preSelections: preSelections(symbols, plan),
      fallbacks: fallbacks(plan),
    }),
  );
  const mixed = plan.mix !== "none" && plan.goals.length > 1 ? [mixing(symbols, plan)] : [];
  const planned = isWalk && plan.planPeriods > 0 ? [planning(symbols, plan)] : [];
  return [...goals, ...mixed, ...planned];
}

/** A further strategy that mixes all others, in equal shares or in those of the best ratio. */
function mixing(symbols: readonly string[], plan: BacktestPlan): StrategyInit {
  // Stacking judges its members by days before the forecast, so that they go without.
  const rules = plan.mix === "stacked" ? withoutForecast(plan) : plan;
  const [first, ...rest] = plan.goals.map((kind) => templateOf(symbols, kind, rules));
  const stacking = { objective: { goal: { case: "maximumSharpe" as const, value: {} } } };
  return {
    name: a.backtest.mixed,
    ...(first && { optimization: first }),
    method: {
      case: "ensemble",
      value: { members: rest, ...(plan.mix === "stacked" && { stacking }) },
    },
    preSelections: preSelections(symbols, plan),
    fallbacks: fallbacks(plan),
  };
}

function withoutForecast({ forecast: _, ...plan }: BacktestPlan): BacktestPlan {
  return plan;
}

type EstimateRules = Pick<BacktestPlan, "forecast" | "validation">;

/** How weights are chosen. Each decision fills in symbols, dates, dataset and forecasts. */
function templateOf(
  symbols: readonly string[],
  kind: StrategyGoal,
  { forecast, validation }: EstimateRules,
) {
  const { dataset: _dataset, ...template } = optimizeRequest({
    ...DEFAULT_PROBLEM,
    symbols,
    goal: { kind },
    ...(forecast && validation === "walk-forward" && { expectedReturns: forecast }),
  });
  return { ...template, symbols: [] };
}

const TUNED_COVARIANCES: readonly CovarianceMethod[] = [
  { kind: "sample" },
  { kind: "exponential", halfLifeDays: 63 },
];

/** Lets each decision choose among covariances by tests within its training days. */
function tuning(symbols: readonly string[], kind: StrategyGoal, plan: BacktestPlan) {
  const alternatives = TUNED_COVARIANCES.map((method) => ({
    ...templateOf(symbols, kind, plan),
    covariance: { method: covarianceField(method) },
  }));
  const inner = Math.max(2, Math.floor(plan.trainDays / 2));
  const testDays = Math.max(1, Math.floor(inner / 4));
  return { case: "grid", value: { alternatives, trainDays: inner, testDays } } as const;
}

/** A further strategy, which plans its trades at the costs of the backtest. */
function planning(symbols: readonly string[], plan: BacktestPlan): StrategyInit {
  const { objective: _objective, ...optimization } = templateOf(symbols, "minimum-variance", plan);
  return {
    name: a.backtest.plannedTrades,
    optimization,
    method: {
      case: "multiPeriod",
      value: { periodCount: plan.planPeriods, riskAversion: PLAN_RISK_AVERSION },
    },
    preSelections: preSelections(symbols, plan),
    fallbacks: fallbacks(plan),
  };
}

function preSelections(
  symbols: readonly string[],
  { preSelection, keptCount, expirations, lookaheadDays }: BacktestPlan,
): MessageInitShape<typeof PreSelectionSchema>[] {
  const count = keptCount;
  switch (preSelection) {
    case "none":
      return [];
    case "correlation":
      return [{ rule: { case: "correlation", value: { threshold: CORRELATION_MAX } } }];
    case "sharpe":
      return [{ rule: { case: "extreme", value: { count, figure: SelectionFigure.SHARPE } } }];
    case "volatility": {
      const value = { count, figure: SelectionFigure.VOLATILITY, lowest: true };
      return [{ rule: { case: "extreme", value } }];
    }
    case "non-dominated":
      return [{ rule: { case: "nonDominated", value: { countMin: count } } }];
    case "non-expiring": {
      const known = Object.entries(expirations).filter(([symbol]) => symbols.includes(symbol));
      const value = { expirationDates: Object.fromEntries(known), lookaheadDays };
      return known.length > 0 ? [{ rule: { case: "nonExpiring", value } }] : [];
    }
  }
}

const FALLBACK_RULES = {
  keep: FallbackRule.KEEP_POSITIONS,
  previous: FallbackRule.PREVIOUS_WEIGHTS,
  equal: FallbackRule.EQUAL_WEIGHT,
  cash: FallbackRule.CASH,
} as const;

function fallbacks({ fallback }: BacktestPlan) {
  return [{ action: { case: "rule", value: FALLBACK_RULES[fallback] } } as const];
}

const PERIOD_FIELDS = {
  week: CalendarPeriod.WEEK,
  month: CalendarPeriod.MONTH,
  quarter: CalendarPeriod.QUARTER,
  year: CalendarPeriod.YEAR,
} as const;
const PERIOD_DAYS = { week: 5, month: 21, quarter: 63, year: 252 } as const;

function validationField(
  plan: BacktestPlan,
  symbolCount: number,
): NonNullable<SpecInit["validation"]> {
  switch (plan.validation) {
    case "purged":
      return {
        case: "combinatorialPurged",
        value: {
          foldCount: plan.folds,
          testFoldCount: plan.testFolds,
          purgeDays: plan.purgeDays,
          embargoDays: plan.purgeDays,
        },
      };
    case "randomized":
      return {
        case: "randomized",
        value: {
          sampleCount: plan.walks,
          symbolsPerSample: Math.min(plan.walkSymbols, symbolCount),
          daysPerSample: plan.walkDays,
          trainDays: plan.trainDays,
          testDays: PERIOD_DAYS[plan.period],
          purgeDays: plan.purgeDays,
          expanding: plan.isExpanding,
        },
      };
    case "walk-forward":
      return {
        case: "walkForward",
        value: {
          trainDays: plan.trainDays,
          expanding: plan.isExpanding,
          rebalance: { case: "period", value: PERIOD_FIELDS[plan.period] },
          executionLagDays: plan.lagDays,
          costs: { linearRate: plan.cost, ...impactField(plan) },
        },
      };
  }
}

function impactField({ tradedAmount }: BacktestPlan) {
  return tradedAmount > 0
    ? { impact: { coefficient: IMPACT_COEFFICIENT, defaultTradedAmount: tradedAmount } }
    : {};
}
