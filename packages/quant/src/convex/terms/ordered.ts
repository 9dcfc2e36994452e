import { ArgumentError } from "../../errors.ts";
import { transposeTimes } from "../../linalg/matrix.ts";
import { requireMeasure } from "../../risk/measures/checks.ts";
import { distortionOf } from "../../risk/measures/distortion.ts";
import type { OrderedMeasure } from "../../risk/measures/risk-measure.ts";
import { orderedSum, spectralRisk } from "../../risk/measures/spectral-risk.ts";
import type { TermForm } from "../term.ts";
import type { AffineTerm } from "./affine.ts";
import { compileLevels, type OrderedLevel, type SignedScenarios } from "./ordered-levels.ts";
import { checkScenarios, portfolioReturns, probabilitiesOf } from "./scenarios.ts";

/** A measure that weighs losses by their rank; with `isGain` gains are the losses. */
export interface OrderedTerm extends SignedScenarios {
  readonly kind: "ordered";
  readonly measure: Extract<OrderedMeasure, { readonly kind: "tail-gini" | "ordered-weighted" }>;
}

/** A sum of the k largest losses for each k, one block for each rank at which the weight falls. */
export const orderedForm: TermForm<OrderedTerm> = {
  check(term, variables) {
    checkScenarios(term, variables);
    const probabilities = probabilitiesOf(term);
    requireMeasure(term.measure, probabilities);
    if (probabilities.some((p) => p !== probabilities[0])) {
      throw new ArgumentError(`${term.measure.kind} is optimized for equally likely scenarios`);
    }
    if (term.measure.kind === "ordered-weighted") {
      requireAscending(term.measure.weights);
    }
  },

  compile(term, builder) {
    const { steps, last } = stepWeights(term);
    const all = Int32Array.from({ length: steps.length }, (_, t) => t);
    const levels: OrderedLevel[] = [];
    for (let k = 1; k < steps.length; k++) {
      if (steps[k] > 0) {
        levels.push({ members: all, count: k, weight: steps[k] });
      }
    }
    const slopes = new Float64Array(steps.length).fill(term.isGain ? last : -last);
    const assets = transposeTimes(term.returns, slopes);
    return { ...compileLevels(term, levels, builder), assets };
  },

  value(term, x) {
    const losses = lossesOf(term, x);
    if (term.measure.kind === "ordered-weighted") {
      const returns = losses.map((loss) => -loss);
      return orderedSum(returns, term.measure.weights).value;
    }
    const probabilities = probabilitiesOf(term);
    return spectralRisk(losses, probabilities, distortionOf(term.measure, probabilities)).value;
  },
};

function requireAscending(weights: Float64Array): void {
  for (let k = 1; k < weights.length; k++) {
    if (weights[k] < weights[k - 1]) {
      throw new ArgumentError(`ordered-weighted: weight ${k} is below the one before: not convex`);
    }
  }
}

// Slopes of a distortion are differences of rounded numbers.
const SLOPE_ROUNDING = 1e-11;

/**
 * Writes the measure as Σ steps[k]·(sum of the k largest losses) + last·(sum of all losses); steps
 * has length T, and its entry 0 is 0.
 */
export function stepWeights(term: OrderedTerm): { steps: Float64Array; last: number } {
  const weights = rankWeights(term);
  const steps = new Float64Array(weights.length);
  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  for (let k = 1; k < weights.length; k++) {
    const step = weights[k - 1] - weights[k];
    steps[k] = step > SLOPE_ROUNDING * largest ? step : 0;
  }
  return { steps, last: weights[weights.length - 1] };
}

/** Gives the multiple of the mean loss that a measure has beside its dispersion. */
export function meanPart(term: OrderedTerm): AffineTerm {
  const { rows } = term.returns;
  const share = rankWeights(term).reduce((sum, weight) => sum + weight, 0) / rows;
  const slopes = new Float64Array(rows).fill(term.isGain ? share : -share);
  return { kind: "affine", slope: transposeTimes(term.returns, slopes), offset: 0 };
}

/** Gives what a loss weighs by its rank, the largest first. */
function rankWeights(term: OrderedTerm): Float64Array {
  const { measure, returns } = term;
  if (measure.kind === "ordered-weighted") {
    return measure.weights.map((weight) => -weight);
  }
  const count = returns.rows;
  const distortion = distortionOf(measure, probabilitiesOf(term));
  const weights = new Float64Array(count);
  let before = distortion(0);
  for (let k = 0; k < count; k++) {
    const after = distortion((k + 1) / count);
    weights[k] = after - before;
    before = after;
  }
  return weights;
}

/** Computes the portfolio's losses, length T. */
export function lossesOf({ returns, isGain }: SignedScenarios, x: Float64Array): Float64Array {
  const y = portfolioReturns({ returns }, x);
  return isGain ? y : y.map((value) => -value);
}
