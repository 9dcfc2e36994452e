import { type ForecastMethod, readForecastText } from "../optimize/forecast-choice.ts";
import type { Goal } from "../optimize/goals.ts";
import { type Expirations, readExpirations } from "./expirations.ts";

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
export const VALIDATIONS = ["walk-forward", "purged", "randomized"] as const;
/** Ways to leave assets out before each decision. */
const PRE_SELECTIONS = [
  "none",
  "correlation",
  "sharpe",
  "volatility",
  "non-dominated",
  "non-expiring",
] as const;
/** Ways to mix all strategies into a further one. */
export const MIXES = ["none", "equal", "stacked"] as const;
/** What to do when a goal cannot be reached. */
export const FALLBACKS = ["keep", "previous", "equal", "cash"] as const;

/** How strategies are tested, as a person states it. */
export interface BacktestPlan {
  readonly goals: readonly StrategyGoal[];
  /** `YYYY-MM-DD`, or empty for as far as the prices reach. */
  readonly startDate: string;
  readonly endDate: string;
  /** Whose forecasts stand in for expected returns; the mean of the past without any. */
  readonly forecast?: ForecastMethod;
  readonly validation: (typeof VALIDATIONS)[number];
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
  /** Walks of randomized validation, and the symbols and days of each. */
  readonly walks: number;
  readonly walkSymbols: number;
  readonly walkDays: number;
  /** Of assets that expire in a walk forward only, which goes by the calendar. */
  readonly preSelection: (typeof PRE_SELECTIONS)[number];
  /** Assets that a pre-selection by a figure keeps. */
  readonly keptCount: number;
  readonly expirations: Expirations;
  /** Days of the calendar before it expires from which an asset is left out. */
  readonly lookaheadDays: number;
  readonly fallback: (typeof FALLBACKS)[number];
  /** Whether each decision chooses the covariance by nested validation. */
  readonly isTuned: boolean;
  /** Periods that a further strategy plans ahead; 0 for none. */
  readonly planPeriods: number;
  readonly lagDays: number;
  /** Amount of each asset that is traded per day, for market impact; 0 for none. */
  readonly tradedAmount: number;
  /** Whether assets may come and go. */
  readonly isOpenUniverse: boolean;
  /** Symbols that are to explain the returns. */
  readonly factors: readonly string[];
  readonly mix: (typeof MIXES)[number];
  /** Groups by which returns are split; by asset without any. */
  readonly groups: readonly SymbolGroup[];
}

/** Symbols that belong together. */
export interface SymbolGroup {
  readonly name: string;
  readonly symbols: readonly string[];
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
  walks: 50,
  walkSymbols: 3,
  walkDays: 1260,
  preSelection: "none",
  keptCount: 5,
  expirations: {},
  lookaheadDays: 90,
  fallback: "keep",
  isTuned: false,
  planPeriods: 0,
  lagDays: 1,
  tradedAmount: 0,
  isOpenUniverse: false,
  factors: [],
  mix: "none",
  groups: [],
};

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
  const forecast = readForecastText(params.get("mean") ?? "");
  const word = <Word extends string>(key: string, words: readonly Word[], normal: Word) =>
    words.find((each) => each === params.get(key)) ?? normal;
  const validation = word("validation", VALIDATIONS, normal.validation);
  return {
    ...(forecast && { forecast }),
    goals: goals.length > 0 ? goals : normal.goals,
    startDate: date("from"),
    endDate: date("to"),
    validation,
    trainDays: Math.round(number("train", normal.trainDays, 20, 10_000)),
    isExpanding: params.get("expanding") === "1",
    period: word("period", PERIODS, normal.period),
    cost: number("cost", normal.cost, 0, 1),
    cashRate: number("cash", normal.cashRate, -0.99, 1),
    benchmark: (params.get("benchmark") ?? "").toUpperCase().slice(0, 32),
    folds,
    testFolds: Math.round(number("test", normal.testFolds, 2, folds - 1)),
    purgeDays: Math.round(number("purge", normal.purgeDays, 0, 1000)),
    walks: Math.round(number("walks", normal.walks, 1, 500)),
    walkSymbols: Math.round(number("picks", normal.walkSymbols, 1, 1000)),
    walkDays: Math.round(number("window", normal.walkDays, 3, 10_000)),
    preSelection: word("select", preSelectionsOf(validation), normal.preSelection),
    keptCount: Math.round(number("kept", normal.keptCount, 1, 1000)),
    expirations: readExpirations(params.get("expires") ?? "") ?? normal.expirations,
    lookaheadDays: Math.round(number("ahead", normal.lookaheadDays, 0, 36_500)),
    fallback: word("fallback", FALLBACKS, normal.fallback),
    isTuned: params.get("tuned") === "1",
    planPeriods: Math.round(number("plan", normal.planPeriods, 0, 24)),
    lagDays: Math.round(number("lag", normal.lagDays, 0, 60)),
    tradedAmount: number("traded", normal.tradedAmount, 0, 1e13),
    isOpenUniverse: params.get("universe") === "1",
    factors: factorsFrom(params.get("factors") ?? ""),
    mix: word("mix", MIXES, normal.mix),
    groups: groupsFrom(params.get("groups") ?? ""),
  };
}

/** Ways to leave assets out that a validation knows. */
export function preSelectionsOf(validation: BacktestPlan["validation"]) {
  return PRE_SELECTIONS.filter((rule) => rule !== "non-expiring" || validation === "walk-forward");
}

const FACTORS_MAX = 10;

/** Reads symbols between commas, each once. */
export function factorsFrom(text: string): readonly string[] {
  const symbols = text.split(/[\s,]+/u).map((symbol) => symbol.toUpperCase().slice(0, 32));
  return [...new Set(symbols.filter((symbol) => symbol !== ""))].slice(0, FACTORS_MAX);
}

const GROUPS_MAX = 50;
const NAME_MAX = 60;

/** Reads groups such as `tech: AAPL MSFT; food: KO`. A symbol stays in the first group that names it. */
export function groupsFrom(text: string): readonly SymbolGroup[] {
  const taken = new Set<string>();
  const groups = text.split(";").flatMap((part): SymbolGroup[] => {
    const [name = "", list = ""] = part.split(":").map((word) => word.trim());
    const symbols = list
      .split(/[\s,]+/u)
      .map((symbol) => symbol.toUpperCase().slice(0, 32))
      .filter((symbol) => symbol !== "" && !taken.has(symbol));
    for (const symbol of symbols) {
      taken.add(symbol);
    }
    const isNamed = name !== "" && symbols.length > 0;
    return isNamed ? [{ name: name.slice(0, NAME_MAX), symbols: [...new Set(symbols)] }] : [];
  });
  const names = groups.map(({ name }) => name);
  return groups.filter(({ name }, k) => names.indexOf(name) === k).slice(0, GROUPS_MAX);
}

/** Writes groups as `groupsFrom` reads them. */
export function groupsText(groups: readonly SymbolGroup[]): string {
  return groups.map(({ name, symbols }) => `${name}: ${symbols.join(" ")}`).join("; ");
}
