import {
  KellyForm,
  type MomentUtility,
  type Objective as WireObjective,
} from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import {
  type Goal,
  type MomentPreferences,
  type PortfolioMeasure,
  powerUtilityPreferences,
} from "@portfolio/quant";
import { readRiskLimit } from "./read-limits.ts";
import { checkNumbers } from "./read-numbers.ts";
import { readSearchableMeasure } from "./read-risk-measure.ts";
import { refuse } from "./refuse.ts";

const VARIANCE: PortfolioMeasure = { kind: "variance" };
const VOLATILITY: PortfolioMeasure = { kind: "standard-deviation" };

/** A goal, and the field that holds its target, if it has one. */
export interface GoalRead {
  readonly goal: Goal;
  readonly targetField?: string;
}

/**
 * Reads a goal that is optimized, not a rule.
 *
 * @returns Nothing where the objective is another one.
 * @throws {AppError} `NUMBER_NOT_FINITE`, `REQUEST_INVALID`, `RISK_MEASURE_MISSING`.
 */
export function readGoal({ goal }: WireObjective): GoalRead | undefined {
  switch (goal.case) {
    case "minimumVariance":
      return { goal: { kind: "minimum-risk", measure: VARIANCE } };
    case "minimumRisk":
      return { goal: { kind: "minimum-risk", measure: measureOf(goal, "minimum_risk") } };
    case "maximumSharpe":
      return { goal: { kind: "maximum-ratio", measure: VOLATILITY } };
    case "maximumRatio":
      return { goal: { kind: "maximum-ratio", measure: homogeneousMeasure(goal) } };
    case "maximumReturn":
      return { goal: { kind: "maximum-return" } };
    case "targetReturn":
    case "targetVolatility":
    case "targetRisk":
      return readTarget(goal);
    case "maximumUtility":
      return {
        goal: {
          kind: "maximum-utility",
          riskAversion: positive(goal.value.riskAversion),
          measure: measureOr(VARIANCE, goal, "maximum_utility"),
        },
      };
    case "kelly": {
      const form = goal.value.form === KellyForm.APPROXIMATE ? "approximate" : "exact";
      return { goal: { kind: "kelly", form } };
    }
    case "momentUtility":
      return { goal: { kind: "moment-utility", preferences: readPreferences(goal.value) } };
    case "benchmarkTracking":
      return { goal: { kind: "benchmark-tracking" } };
    default:
      return;
  }
}

type WireGoal = WireObjective["goal"];

function readTarget(
  goal: Extract<WireGoal, { case: "targetReturn" | "targetVolatility" | "targetRisk" }>,
): GoalRead {
  switch (goal.case) {
    case "targetReturn": {
      const targetField = "objective.target_return.return_per_year";
      return {
        targetField,
        goal: {
          kind: "target-return",
          returnPerYear: finite(targetField, goal.value.returnPerYear),
          measure: measureOr(VARIANCE, goal, "target_return"),
        },
      };
    }
    case "targetVolatility": {
      const targetField = "objective.target_volatility.volatility_per_year";
      const max = finite(targetField, goal.value.volatilityPerYear);
      return { targetField, goal: { kind: "target-risk", limit: { measure: VOLATILITY, max } } };
    }
    case "targetRisk": {
      const field = "objective.target_risk.limit";
      const limit = readRiskLimit(goal.value.limit, field);
      return { targetField: `${field}.max`, goal: { kind: "target-risk", limit } };
    }
  }
}

type Measured = Extract<
  WireGoal,
  { case: "minimumRisk" | "maximumRatio" | "targetReturn" | "maximumUtility" }
>;

function readPreferences(message: MomentUtility): MomentPreferences {
  const { riskAversion, varianceWeight, skewnessWeight, kurtosisWeight } = message;
  const weights = { varianceWeight, skewnessWeight, kurtosisWeight };
  const field = "objective.moment_utility.risk_aversion";
  if (riskAversion === undefined && Object.values(weights).includes(undefined)) {
    refuse("REQUEST_INVALID", field, "is missing while a weight is unset, which it would give");
  }
  const { variance, skewness, kurtosis } = powerUtilityPreferences(riskAversion ?? 1);
  return {
    variance: varianceWeight ?? variance,
    skewness: skewnessWeight ?? skewness,
    kurtosis: kurtosisWeight ?? kurtosis,
  };
}

function measureOf({ value }: Measured, name: string): PortfolioMeasure {
  return readSearchableMeasure(value.measure, `objective.${name}.measure`);
}

/** A ratio to a variance would depend on how much is invested, and not only on what in. */
function homogeneousMeasure(goal: Extract<WireGoal, { case: "maximumRatio" }>): PortfolioMeasure {
  const measure = measureOf(goal, "maximum_ratio");
  if (measure.kind === "variance" || measure.kind === "semivariance") {
    const field = "objective.maximum_ratio.measure.kind";
    refuse(
      "REQUEST_INVALID",
      field,
      `${measure.kind} grows with the square of the weights: use its square root`,
    );
  }
  return measure;
}

function measureOr(fallback: PortfolioMeasure, goal: Measured, name: string): PortfolioMeasure {
  return goal.value.measure === undefined ? fallback : measureOf(goal, name);
}

function finite(field: string, value: number): number {
  const [min, max] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  checkNumbers([{ field, value, min, max }]);
  return value;
}

function positive(riskAversion: number): number {
  const field = "objective.maximum_utility.risk_aversion";
  if (finite(field, riskAversion) <= 0) {
    refuse("REQUEST_INVALID", field, `${riskAversion} is not over 0`);
  }
  return riskAversion;
}
