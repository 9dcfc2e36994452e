import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  Objective,
  ObjectiveSchema,
} from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import {
  DISTANCES,
  type Goal,
  type GoalOptions,
  LEARNING_RULES,
  LINKAGES,
  measureOf,
  NESTED_GOALS,
  PLAIN_GOALS,
  type Robustness,
  readGoalOptions,
  TARGET_GOALS,
} from "./goals.ts";
import { measureInit, type RiskMeasure } from "./risk-measures.ts";
import type { SymbolNumbers } from "./symbol-numbers.ts";

type ObjectiveInit = Exclude<MessageInitShape<typeof ObjectiveSchema>, Objective>;
type GoalInit = NonNullable<ObjectiveInit["goal"]>;

const DRAWS = 100;
// Any seed will do; the same one gives the same answer.
const SEED = 1;
const BOX = 1;
const ELLIPSOID = 2;
const APPROXIMATE = 2;

/** What to optimize, as the contract writes it. */
export function objectiveInit(goal: Goal, symbols: readonly string[]): ObjectiveInit {
  const { robustness, ...options } = goal.options ?? {};
  const customTerms = termsInit(options, symbols);
  return {
    goal: goalInit(goal, symbols),
    ...(customTerms && { customTerms }),
    ...(robustness && { robustness: robustnessInit(robustness) }),
  };
}

function termsInit({ linear, l1, l2 }: GoalOptions, symbols: readonly string[]) {
  return linear === undefined && l1 === undefined && l2 === undefined
    ? undefined
    : {
        linear: linear ? symbols.map((symbol) => linear[symbol] ?? 0) : [],
        l1: l1 ?? 0,
        l2: l2 ?? 0,
      };
}

function goalInit(goal: Goal, symbols: readonly string[]): GoalInit {
  const { options = {} } = goal;
  const measure = measureField(measureOf(goal));
  const value = "value" in goal ? goal.value : 0;
  switch (goal.kind) {
    case "minimum-risk":
      return { case: "minimumRisk", value: measure };
    case "maximum-ratio":
      return { case: "maximumRatio", value: measure };
    case "target-risk":
      return { case: "targetRisk", value: { limit: { ...measure, max: value } } };
    case "target-return":
      return { case: "targetReturn", value: { returnPerYear: value, ...measure } };
    case "target-volatility":
      return { case: "targetVolatility", value: { volatilityPerYear: value } };
    case "maximum-utility":
      return { case: "maximumUtility", value: { riskAversion: value, ...measure } };
    case "moment-utility":
      return { case: "momentUtility", value: { riskAversion: value } };
    case "relaxed-risk-parity":
      return { case: "relaxedRiskParity", value: { returnPerYear: value } };
    default:
      return plainGoalInit(goal, options, { measure, symbols });
  }
}

function plainGoalInit(
  goal: Goal,
  options: GoalOptions,
  {
    measure,
    symbols,
  }: { readonly measure: ReturnType<typeof measureField>; readonly symbols: readonly string[] },
): GoalInit {
  const clustering = clusteringInit(options);
  const { componentCount = 0 } = options;
  switch (goal.kind) {
    case "kelly":
      return { case: "kelly", value: options.approximate ? { form: APPROXIMATE } : {} };
    case "risk-parity":
      return {
        case: "riskParity",
        value: {
          ...measure,
          withinConstraints: options.within === true,
          ...(options.budgets && { budgets: budgetsOf(options.budgets, symbols) }),
        },
      };
    case "factor-risk-parity":
      return { case: "factorRiskParity", value: { componentCount } };
    case "hierarchical-risk-parity":
      return {
        case: "hierarchicalRiskParity",
        value: { ...clustering, ...measure, withinBounds: options.within === true },
      };
    case "hierarchical-equal-risk":
      return {
        case: "hierarchicalEqualRisk",
        value: { ...clustering, ...measure, equalWithin: options.equalWithin === true },
      };
    case "nested-clusters":
      return {
        case: "nestedClusters",
        value: {
          ...clustering,
          inner: numberOf(NESTED_GOALS, options.inner),
          outer: numberOf(NESTED_GOALS, options.outer),
        },
      };
    case "online-learning":
      return { case: "onlineLearning", value: learningInit(options) };
    case "schur-complementary":
      return {
        case: "schurComplementary",
        value: { ...clustering, gamma: "value" in goal ? goal.value : 0 },
      };
    default:
      return { case: caseOf(goal.kind), value: {} } as GoalInit;
  }
}

/** The contract wants a budget of every symbol, or of none. */
function budgetsOf(budgets: SymbolNumbers, symbols: readonly string[]): Record<string, number> {
  return Object.fromEntries(symbols.map((symbol) => [symbol, budgets[symbol] ?? 1]));
}

function measureField(measure: RiskMeasure | undefined) {
  return measure === undefined ? {} : { measure: measureInit(measure) };
}

function clusteringInit({ distance, linkage, clusterCount }: GoalOptions) {
  if (distance === undefined && linkage === undefined && clusterCount === undefined) {
    return {};
  }
  return {
    clustering: {
      distance: numberOf(DISTANCES, distance),
      linkage: numberOf(LINKAGES, linkage),
      clusterCount: clusterCount ?? 0,
    },
  };
}

/** Number of a word in the contract's enumeration; 0 leaves the choice to the method. */
function numberOf<Word>(words: readonly Word[], word: Word | undefined): number {
  return word === undefined ? 0 : words.indexOf(word) + 1;
}

function learningInit({ rule, learning, windowDays = 0 }: GoalOptions) {
  return {
    rule: numberOf(LEARNING_RULES, rule),
    ...(learning !== undefined && { parameter: learning }),
    windowDays,
  };
}

function robustnessInit(robustness: Robustness) {
  switch (robustness) {
    case "returns-box":
      return { expectedReturns: { shape: BOX } };
    case "returns-ellipsoid":
      return { expectedReturns: { shape: ELLIPSOID } };
    case "covariance-box":
      return { covariance: { shape: BOX } };
    case "resampling":
      return { resampling: { drawCount: DRAWS, seed: SEED } };
  }
}

/** Name of a goal in the contract: `minimum-variance` is `minimumVariance`. */
function caseOf(kind: Goal["kind"]): string {
  return kind.replaceAll(/-(.)/gu, (_, letter: string) => letter.toUpperCase());
}

/** Reads a stored goal back; undefined where it is none that the page knows. */
export function goalFromObjective(
  objective: Objective | undefined,
  symbols: readonly string[],
): Goal | undefined {
  const goal = objective?.goal;
  const value = (goal?.value ?? {}) as Record<string, unknown>;
  const target = TARGET_GOALS.find((kind) => caseOf(kind) === goal?.case);
  const plain = PLAIN_GOALS.find((kind) => caseOf(kind) === goal?.case);
  const options = readGoalOptions({
    ...storedOptions(value, objective?.robustness),
    ...storedTerms(objective?.customTerms, symbols),
  });
  const more = options === undefined ? {} : { options };
  if (target !== undefined) {
    return { kind: target, value: targetOf(value), ...more };
  }
  return plain && { kind: plain, ...more };
}

function targetOf(value: Record<string, unknown>): number {
  const limit = value["limit"] as { max?: number } | undefined;
  const target = [
    value["returnPerYear"],
    value["volatilityPerYear"],
    value["riskAversion"],
    value["gamma"],
    limit?.max,
  ].find((number) => typeof number === "number");
  return typeof target === "number" ? target : 0;
}

function storedOptions(
  value: Record<string, unknown>,
  robustness: Objective["robustness"],
): object {
  const clustering = (value["clustering"] ?? {}) as Record<string, number>;
  const limit = value["limit"] as { measure?: unknown } | undefined;
  const at = <Word>(words: readonly Word[], index: unknown) =>
    typeof index === "number" ? words[index - 1] : undefined;
  const measure = value["measure"] ?? limit?.measure;
  return {
    measure,
    distance: at(DISTANCES, clustering["distance"]),
    linkage: at(LINKAGES, clustering["linkage"]),
    clusterCount: clustering["clusterCount"],
    within: value["withinConstraints"] ?? value["withinBounds"],
    equalWithin: value["equalWithin"],
    approximate: value["form"] === APPROXIMATE,
    inner: at(NESTED_GOALS, value["inner"]),
    outer: at(NESTED_GOALS, value["outer"]),
    componentCount: value["componentCount"],
    rule: at(LEARNING_RULES, value["rule"]),
    learning: value["parameter"],
    windowDays: value["windowDays"] || undefined,
    robustness: storedRobustness(robustness),
    budgets: value["budgets"],
  };
}

function storedTerms(terms: Objective["customTerms"], symbols: readonly string[]): object {
  const linear = terms?.linear ?? [];
  const entries = symbols.map((symbol, j): [string, number] => [symbol, linear[j] ?? 0]);
  return {
    linear: Object.fromEntries(entries.filter(([, coefficient]) => coefficient !== 0)),
    l1: terms?.l1,
    l2: terms?.l2,
  };
}

function storedRobustness(stored: Objective["robustness"]): Robustness | undefined {
  if (stored?.resampling !== undefined) {
    return "resampling";
  }
  if (stored?.covariance !== undefined) {
    return "covariance-box";
  }
  if (stored?.expectedReturns === undefined) {
    return;
  }
  return stored.expectedReturns.shape === BOX ? "returns-box" : "returns-ellipsoid";
}
