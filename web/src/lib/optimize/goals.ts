import { fieldsOf, isTrue, mapOf, numberIn, oneOf } from "./read-json.ts";
import { type RiskMeasure, readMeasure } from "./risk-measures.ts";
import type { SymbolNumbers } from "./symbol-numbers.ts";

/** Goals whose target is a number. */
export const TARGET_GOALS = [
  "target-return",
  "target-volatility",
  "target-risk",
  "maximum-utility",
  "moment-utility",
  "relaxed-risk-parity",
  "schur-complementary",
] as const;

/** Goals without a number. */
export const PLAIN_GOALS = [
  "minimum-variance",
  "maximum-sharpe",
  "minimum-risk",
  "maximum-ratio",
  "maximum-return",
  "maximum-diversification",
  "maximum-decorrelation",
  "kelly",
  "benchmark-tracking",
  "equal-weight",
  "inverse-volatility",
  "risk-parity",
  "factor-risk-parity",
  "hierarchical-risk-parity",
  "hierarchical-equal-risk",
  "nested-clusters",
  "online-learning",
] as const;

export type TargetGoalKind = (typeof TARGET_GOALS)[number];
export type PlainGoalKind = (typeof PLAIN_GOALS)[number];
export type GoalKind = TargetGoalKind | PlainGoalKind;

/** What a portfolio is for. */
export type Goal = (
  | { readonly kind: PlainGoalKind }
  | { readonly kind: TargetGoalKind; readonly value: number }
) & {
  /** Missing for the defaults of the goal. */
  readonly options?: GoalOptions;
};

/** Distances of two assets in the order of the contract's enumeration, which counts from 1. */
export const DISTANCES = [
  "pearson",
  "absolute-pearson",
  "spearman",
  "kendall",
  "distance-correlation",
  "variation-of-information",
  "lower-tail-dependence",
] as const;
export type Distance = (typeof DISTANCES)[number];

/** Rules of learning in the order of the contract's enumeration, which counts from 1. */
export const LEARNING_RULES = [
  "exponentiated-gradient",
  "passive-aggressive",
  "moving-average-reversion",
] as const;
export type LearningRule = (typeof LEARNING_RULES)[number];

/** Linkages in the order of the contract's enumeration, which counts from 1. */
export const LINKAGES = [
  "single",
  "complete",
  "average",
  "weighted",
  "ward",
  "centroid",
  "median",
  "directed-bubble",
] as const;
export type Linkage = (typeof LINKAGES)[number];

/** Goals within and among clusters in the order of the contract's enumeration. */
export const NESTED_GOALS = [
  "minimum-variance",
  "maximum-sharpe",
  "risk-parity",
  "equal-weight",
  "inverse-volatility",
] as const satisfies readonly PlainGoalKind[];
export type NestedGoal = (typeof NESTED_GOALS)[number];

/** Protections against errors of the estimates. */
export const ROBUSTNESS = [
  "returns-box",
  "returns-ellipsoid",
  "covariance-box",
  "resampling",
] as const;
export type Robustness = (typeof ROBUSTNESS)[number];

/** Settings of a goal besides its target. Missing ones are the method's own. */
export interface GoalOptions {
  readonly measure?: RiskMeasure;
  readonly distance?: Distance;
  readonly linkage?: Linkage;
  /** Number of clusters. */
  readonly clusterCount?: number;
  /** Whether limits are kept to instead of being only checked. */
  readonly within?: true;
  /** Whether weights within a cluster are equal. */
  readonly equalWithin?: true;
  /** Whether growth is measured to second order. */
  readonly approximate?: true;
  readonly inner?: NestedGoal;
  readonly outer?: NestedGoal;
  readonly rule?: LearningRule;
  /** How fast a rule learns, in its own unit. */
  readonly learning?: number;
  /** Days of the mean to which prices are thought to return. */
  readonly windowDays?: number;
  /** Number of principal components. */
  readonly componentCount?: number;
  readonly robustness?: Robustness;
  /** Risk budget by symbol, in any unit; others count 1. */
  readonly budgets?: SymbolNumbers;
  /** Added to what is minimized: coefficient of each weight, by symbol. */
  readonly linear?: SymbolNumbers;
  /** The same of the sum of the weights without their signs. */
  readonly l1?: number;
  /** The same of half the sum of the squared weights. */
  readonly l2?: number;
}

/** Reads the options of a goal; undefined when there are none. */
export const readGoalOptions = fieldsOf<GoalOptions>({
  measure: readMeasure,
  distance: oneOf(DISTANCES),
  linkage: oneOf(LINKAGES),
  clusterCount: numberIn(1, 1000),
  within: isTrue,
  equalWithin: isTrue,
  approximate: isTrue,
  inner: oneOf(NESTED_GOALS),
  outer: oneOf(NESTED_GOALS),
  rule: oneOf(LEARNING_RULES),
  learning: numberIn(1e-9, 1000),
  windowDays: numberIn(2, 252),
  componentCount: numberIn(1, 1000),
  robustness: oneOf(ROBUSTNESS),
  budgets: mapOf(numberIn(1e-6, 1e6)),
  linear: mapOf(numberIn(-1000, 1000)),
  l1: numberIn(1e-9, 1e6),
  l2: numberIn(1e-9, 1e6),
});

/** Goals in the order in which the page offers them. The first six have cards of their own. */
export const GOAL_GROUPS = {
  risk: [
    "minimum-variance",
    "minimum-risk",
    "maximum-diversification",
    "maximum-decorrelation",
    "benchmark-tracking",
  ],
  ratio: [
    "maximum-sharpe",
    "maximum-ratio",
    "maximum-utility",
    "moment-utility",
    "kelly",
    "maximum-return",
  ],
  target: ["target-return", "target-volatility", "target-risk"],
  budget: ["risk-parity", "relaxed-risk-parity", "factor-risk-parity"],
  clusters: [
    "hierarchical-risk-parity",
    "hierarchical-equal-risk",
    "nested-clusters",
    "schur-complementary",
  ],
  rule: ["equal-weight", "inverse-volatility", "online-learning"],
} as const satisfies Record<string, readonly GoalKind[]>;

type OptionName = keyof GoalOptions;

const CLUSTERING: readonly OptionName[] = ["distance", "linkage", "clusterCount"];
const TERMS: readonly OptionName[] = ["linear", "l1", "l2"];
const OPTION_NAMES: Partial<Record<GoalKind, readonly OptionName[]>> = {
  "minimum-variance": ["robustness", ...TERMS],
  "maximum-sharpe": ["robustness"],
  "minimum-risk": ["measure", ...TERMS],
  "maximum-ratio": ["measure"],
  "target-risk": ["measure"],
  "target-return": ["measure", "robustness", ...TERMS],
  "target-volatility": ["robustness"],
  "maximum-utility": ["measure", "robustness", ...TERMS],
  "moment-utility": TERMS,
  kelly: ["approximate"],
  "risk-parity": ["measure", "within", "budgets"],
  "factor-risk-parity": ["componentCount"],
  "hierarchical-risk-parity": ["measure", "distance", "linkage", "within"],
  "hierarchical-equal-risk": ["measure", ...CLUSTERING, "equalWithin"],
  "nested-clusters": [...CLUSTERING, "inner", "outer"],
  "schur-complementary": CLUSTERING,
  "online-learning": ["rule", "learning", "windowDays"],
};

/** Settings that a goal has. */
export function optionNames(kind: GoalKind): readonly OptionName[] {
  return OPTION_NAMES[kind] ?? [];
}

const NEEDS_MEASURE: ReadonlySet<GoalKind> = new Set([
  "minimum-risk",
  "maximum-ratio",
  "target-risk",
]);
/** Daily loss in the worst 5 % of days. */
export const DEFAULT_MEASURE: RiskMeasure = { kind: "conditional-value-at-risk", level: 0.95 };

/** The measure of risk of a goal; undefined for the goal's own. */
export function measureOf({ kind, options }: Goal): RiskMeasure | undefined {
  return options?.measure ?? (NEEDS_MEASURE.has(kind) ? DEFAULT_MEASURE : undefined);
}

/** A goal with some options changed. An option that is undefined goes back to the default. */
export function withOptions(
  goal: Goal,
  changes: { readonly [Name in OptionName]?: GoalOptions[Name] | undefined },
): Goal {
  const options = readGoalOptions({ ...goal.options, ...changes });
  const { options: _before, ...bare } = goal;
  return options === undefined ? bare : { ...bare, options };
}
