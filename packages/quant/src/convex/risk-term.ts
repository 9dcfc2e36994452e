import { ArgumentError } from "../errors.ts";
import { momentOf } from "../risk/measures/central-moment.ts";
import { sidesOf } from "../risk/measures/loss-risk.ts";
import type { OrderedMeasure, RiskMeasure, TailMeasure } from "../risk/measures/risk-measure.ts";
import type { MomentTerm } from "./terms/moment.ts";
import { probabilitiesOf, type Scenarios } from "./terms/scenarios.ts";
import type { ConvexTerm } from "./terms/term-forms.ts";

/**
 * Makes the term that minimizes, limits or trades off a measure of risk.
 *
 * @param scenarios - Simple returns of the assets, in time's order for drawdowns, and their
 *   probabilities.
 * @throws {ArgumentError} The measure is not convex: value at risk, drawdown at risk, their range,
 *   standardized moments, and measures of compounded drawdowns.
 */
export function riskTerm(measure: RiskMeasure, scenarios: Scenarios): ConvexTerm {
  const root = rootRiskTerm(measure, scenarios);
  return isSquare(measure) ? { kind: "square", term: root } : root;
}

/**
 * Makes the same term, but the root of a measure that grows with the square of the weights: the
 * standard deviation for the variance. Ratios of return to risk, and risk budgets, take this one.
 *
 * @throws {ArgumentError} As `riskTerm`.
 */
export function rootRiskTerm(measure: RiskMeasure, scenarios: Scenarios): ConvexTerm {
  const { returns, probabilities } = scenarios;
  const data = { returns, ...(probabilities === undefined ? {} : { probabilities }) };
  switch (measure.kind) {
    case "variance":
    case "standard-deviation":
    case "semivariance":
    case "semideviation":
    case "mean-absolute-deviation":
    case "kurtosis":
    case "semi-kurtosis":
    case "even-moment":
    case "even-semi-moment":
      return dispersionTerm(momentOf(measure), data);
    case "lower-partial-moment":
      return {
        ...data,
        kind: "moment",
        power: measure.order,
        downside: true,
        center: measure.threshold,
        divisor: measure.order === 2 ? distinctness(data) : 1,
      };
    case "worst-realization":
    case "cvar":
    case "evar":
    case "rlvar":
      return { ...data, kind: "tail-loss", measure, isGain: false };
    case "average-drawdown":
    case "maximum-drawdown":
    case "ulcer-index":
    case "cdar":
    case "edar":
    case "rldar":
      return { ...data, kind: "drawdown", measure };
    case "gini-mean-difference":
      return { ...data, kind: "gini-mean-difference" };
    case "tail-gini":
    case "ordered-weighted":
      return { ...data, kind: "ordered", measure, isGain: false };
    case "range":
    case "cvar-range":
    case "evar-range":
    case "rlvar-range":
    case "tail-gini-range":
      return rangeTerm(measure, data);
    default:
      throw new ArgumentError(`${measure.kind} is not convex, so it is reported, not optimized`);
  }
}

function isSquare({ kind }: RiskMeasure): boolean {
  switch (kind) {
    case "variance":
    case "semivariance":
    case "kurtosis":
    case "semi-kurtosis":
    case "even-moment":
    case "even-semi-moment":
      return true;
    default:
      return false;
  }
}

function dispersionTerm(
  { power, downside, corrected }: ReturnType<typeof momentOf>,
  data: Scenarios,
): MomentTerm {
  const divisor = corrected ? distinctness(data) : 1;
  return { ...data, kind: "moment", power, downside, center: "mean", divisor };
}

/** 1 − Σ pₜ², the probability that two scenarios drawn differ. */
function distinctness(data: Scenarios): number {
  const probabilities = probabilitiesOf(data);
  let squares = 0;
  for (let t = 0; t < probabilities.length; t++) {
    squares += probabilities[t] * probabilities[t];
  }
  return 1 - squares;
}

type ConvexRange = Extract<
  OrderedMeasure,
  { readonly kind: "range" | "cvar-range" | "evar-range" | "rlvar-range" | "tail-gini-range" }
>;

function rangeTerm(measure: ConvexRange, data: Scenarios): ConvexTerm {
  const both = (loss: ConvexTerm, gain: ConvexTerm): ConvexTerm => ({
    kind: "sum",
    parts: [
      { weight: 1, term: loss },
      { weight: 1, term: gain },
    ],
  });
  if (measure.kind === "tail-gini-range") {
    const { level, gainLevel = level, pieces } = measure;
    const side = (own: number, isGain: boolean): ConvexTerm => ({
      ...data,
      kind: "ordered",
      measure: { kind: "tail-gini", level: own, ...(pieces === undefined ? {} : { pieces }) },
      isGain,
    });
    return both(side(level, false), side(gainLevel, true));
  }
  const { loss, gain } = tailsOf(measure);
  const side = (tail: TailMeasure, isGain: boolean): ConvexTerm => {
    if (tail.kind === "var") {
      throw new ArgumentError("var is not convex, so it is reported, not optimized");
    }
    return { ...data, kind: "tail-loss", measure: tail, isGain };
  };
  return both(side(loss, false), side(gain, true));
}

function tailsOf(measure: Exclude<ConvexRange, { readonly kind: "tail-gini-range" }>) {
  if (measure.kind !== "cvar-range") {
    return sidesOf(measure);
  }
  const { level, gainLevel = level } = measure;
  return { loss: { kind: "cvar", level }, gain: { kind: "cvar", level: gainLevel } } as const;
}
