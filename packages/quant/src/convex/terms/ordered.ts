import { ArgumentError } from "../../errors.ts";
import { requireMeasure } from "../../risk/measures/checks.ts";
import { distortionOf } from "../../risk/measures/distortion.ts";
import type { OrderedMeasure } from "../../risk/measures/risk-measure.ts";
import { orderedSum, spectralRisk } from "../../risk/measures/spectral-risk.ts";
import type { AffineExpression, LocalWeights } from "../conic-block.ts";
import type { ConicBuilder } from "../conic-builder.ts";
import type { TermForm } from "../term.ts";
import { compileReturnLosses } from "./compile-losses.ts";
import { lossRows } from "./loss-rows.ts";
import {
  checkScenarios,
  portfolioReturns,
  probabilitiesOf,
  type Scenarios,
  typicalSize,
} from "./scenarios.ts";

/** A measure that weighs losses by their rank; with `isGain` gains are the losses. */
export interface OrderedTerm extends Scenarios {
  readonly kind: "ordered";
  readonly measure: Extract<OrderedMeasure, { readonly kind: "tail-gini" | "ordered-weighted" }>;
  readonly isGain: boolean;
}

/**
 * A mean of CVaRs: with slopes s₁ ≥ … ≥ s_T of the distortion between the shares k/T, the measure is
 * s_T·E(loss) + Σ (sₖ − sₖ₊₁)(k/T)·CVaR(1 − k/T), one block for each k where the slope changes.
 */
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
    return compileSteps(term, slopesOf(term), builder);
  },

  value(term, x) {
    const returns = portfolioReturns(term, x);
    const signed = term.isGain ? returns.map((y) => -y) : returns;
    if (term.measure.kind === "ordered-weighted") {
      return orderedSum(signed, term.measure.weights).value;
    }
    const probabilities = probabilitiesOf(term);
    const distortion = distortionOf(term.measure, probabilities);
    return spectralRisk(
      signed.map((y) => -y),
      probabilities,
      distortion,
    ).value;
  },
};

function requireAscending(weights: Float64Array): void {
  for (let k = 1; k < weights.length; k++) {
    if (weights[k] < weights[k - 1]) {
      throw new ArgumentError(`ordered-weighted: weight ${k} is below the one before: not convex`);
    }
  }
}

/** Gives what a loss weighs by its rank, the largest first, times T. */
function slopesOf(term: OrderedTerm): Float64Array {
  const { measure, returns } = term;
  const count = returns.rows;
  if (measure.kind === "ordered-weighted") {
    return measure.weights.map((weight) => -weight * count);
  }
  const distortion = distortionOf(measure, probabilitiesOf(term));
  return Float64Array.from(
    { length: count },
    (_, k) => count * (distortion((k + 1) / count) - distortion(k / count)),
  );
}

// Slopes of a distortion are differences of rounded numbers.
const SLOPE_ROUNDING = 1e-11;

function compileSteps(
  { returns, isGain }: OrderedTerm,
  slopes: Float64Array,
  builder: ConicBuilder,
): AffineExpression {
  const count = returns.rows;
  const probabilities = new Float64Array(count).fill(1 / count);
  const unit = typicalSize(returns) * builder.unit;
  const borders: (readonly [number, number])[] = [];
  const locals: LocalWeights[] = [];
  let largest = 0;
  for (let k = 0; k < count; k++) {
    largest = Math.max(largest, Math.abs(slopes[k]));
  }
  for (let k = 1; k < count; k++) {
    const step = slopes[k - 1] - slopes[k];
    if (step > SLOPE_ROUNDING * largest) {
      const share = k / count;
      const rows = lossRows({ kind: "cvar", level: 1 - share }, probabilities, builder);
      const part = compileReturnLosses(rows, { matrix: returns, isGain, unit }, builder);
      for (const [border, weight] of part.borders ?? []) {
        borders.push([border, weight * step * share]);
      }
      for (const { block, weights } of part.locals ?? []) {
        locals.push({ block, weights: weights.map((weight) => weight * step * share) });
      }
    }
  }
  const last = slopes[count - 1];
  return { assets: meanLoss(returns, isGain).map((mean) => last * mean), borders, locals };
}

function meanLoss({ rows, cols, values }: Scenarios["returns"], isGain: boolean): Float64Array {
  const means = new Float64Array(cols);
  for (let t = 0; t < rows; t++) {
    for (let j = 0; j < cols; j++) {
      means[j] += ((isGain ? 1 : -1) * values[t * cols + j]) / rows;
    }
  }
  return means;
}
