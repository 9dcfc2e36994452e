import type { Goal, OnlineRule } from "@portfolio/quant";
import type { CovarianceMethod } from "./covariance-method.ts";
import type { RiskBudgetObjective, TreeObjective } from "./rule-objectives.ts";
import type { ScenariosMethod, ViewsMethod } from "./views-method.ts";

/** How expected returns are estimated. */
export type ExpectedReturnsMethod =
  | { readonly kind: "historical-mean" }
  | { readonly kind: "exponential"; readonly halfLifeDays: number }
  | {
      readonly kind: "james-stein" | "bayes-stein" | "compound-mean" | "bodnar-okhrin-parolya";
    }
  | {
      readonly kind: "capital-asset-pricing";
      /** One per asset, from 0; they sum to 1. */
      readonly marketWeights: Float64Array;
      /** Missing means the historical mean of the market. */
      readonly marketReturnPerYear: number | undefined;
    }
  | {
      readonly kind: "equilibrium";
      readonly riskAversion: number;
      /** One per asset, from 0; they sum to 1. */
      readonly marketWeights: Float64Array;
    }
  | {
      readonly kind: "forecast";
      /** Return of each asset over the mean of all, a fraction per year. */
      readonly excessPerYear: Float64Array;
      /** Return of the mean of all; missing means its historical mean. */
      readonly marketReturnPerYear: number | undefined;
    }
  /** One per asset, fractions per year. */
  | { readonly kind: "given"; readonly perYear: Float64Array };

/** What to optimize. */
export type Objective =
  | { readonly kind: "goal"; readonly goal: Goal }
  | { readonly kind: "maximum-diversification" | "maximum-decorrelation" }
  | RuleObjective;

/** An objective that follows a rule, and not a frontier. */
export type RuleObjective =
  | { readonly kind: "equal-weight" | "inverse-volatility" }
  | { readonly kind: "online-learning"; readonly rule: OnlineRule }
  | RiskBudgetObjective
  | TreeObjective;

const RULES: ReadonlySet<Objective["kind"]> = new Set<RuleObjective["kind"]>([
  "equal-weight",
  "inverse-volatility",
  "online-learning",
  "risk-parity",
  "relaxed-risk-parity",
  "factor-risk-parity",
  "hierarchical-risk-parity",
  "hierarchical-equal-risk",
  "nested-clusters",
  "schur-complementary",
]);

export function isRule(objective: Objective): objective is RuleObjective {
  return RULES.has(objective.kind);
}

/** Whether the estimates can be made without prices. */
export function isPriceFree({
  expectedReturns,
  covariance,
  views,
  scenarios,
}: {
  readonly expectedReturns: ExpectedReturnsMethod;
  readonly covariance: CovarianceMethod;
  readonly views: ViewsMethod | undefined;
  readonly scenarios: ScenariosMethod;
}): boolean {
  const needsDays =
    views?.kind === "entropy-pooling" ? scenarios.kind !== "given" : views?.factors !== undefined;
  const hasReturns = expectedReturns.kind === "given" || expectedReturns.kind === "equilibrium";
  return covariance.kind === "given" && hasReturns && !needsDays;
}
