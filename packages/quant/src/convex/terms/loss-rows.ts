import { tailOf } from "../../risk/measures/drawdown-risk.ts";
import { copiesOf, deformedLog } from "../../risk/measures/relativistic-risk.ts";
import type { DrawdownMeasure, TailMeasure } from "../../risk/measures/risk-measure.ts";
import type { RowCone } from "../conic-block.ts";
import type { ConicBuilder } from "../conic-builder.ts";

/**
 * The rows that a measure of losses asks of each scenario, whatever the loss is: a return with its
 * sign changed, or a drawdown.
 *
 * The least value of Σ borderWeights·borders + Σ localWeights·locals + Σ lossWeights·losses over the
 * borders and locals is the measure.
 */
export interface LossRows {
  readonly cones: readonly RowCone[];
  /** Coefficient of the scenario's loss in each row. */
  readonly losses: readonly number[];
  /** Coefficients of the scenario's locals in each row, shape (rows, locals). */
  readonly locals: readonly (readonly number[])[];
  /** Borders and their coefficients in each row. */
  readonly borders: readonly (readonly [border: number, coefficients: readonly number[]])[];
  readonly borderWeights: readonly (readonly [border: number, weight: number])[];
  /** Shape (T, locals). */
  readonly localWeights?: Float64Array;
  /** Length T. */
  readonly lossWeights?: Float64Array;
  /** Border that has to be at least Σ weights·locals, with the weights, shape (T, locals). */
  readonly cover?: { readonly border: number; readonly weights: Float64Array };
}

/** What is asked of losses: a tail measure, their mean, or the root of their mean square. */
export type LossMeasure =
  | Exclude<TailMeasure, { readonly kind: "var" }>
  | { readonly kind: "mean" }
  | { readonly kind: "root-mean-square" };

/** Writes a measure of losses as rows. Losses, and so the borders, are in the caller's unit. */
export function lossRows(
  measure: LossMeasure,
  probabilities: Float64Array,
  builder: ConicBuilder,
): LossRows {
  if (isAlwaysWorst(measure, probabilities)) {
    return worstRows(probabilities, builder);
  }
  switch (measure.kind) {
    case "mean":
      return { ...NO_ROWS, lossWeights: probabilities };
    case "worst-realization":
      return worstRows(probabilities, builder);
    case "cvar":
      return tailMeanRows(1 - measure.level, probabilities, builder);
    case "root-mean-square":
      return squareRows(probabilities, builder);
    case "evar":
      return entropicRows(1 - measure.level, probabilities, builder);
    case "rlvar":
      return relativisticRows(measure, probabilities, builder);
  }
}

/**
 * Says whether an entropic or relativistic value at risk is the worst loss whatever the losses are:
 * where no scenario is rarer than its tail.
 */
export function isAlwaysWorst(measure: LossMeasure, probabilities: Float64Array): boolean {
  return (
    (measure.kind === "evar" || measure.kind === "rlvar") &&
    probabilities.every((p) => p === 0 || 1 - measure.level <= p * (1 + ROUNDING))
  );
}

// Of 1 − level and of the probabilities.
const ROUNDING = 1e-12;

const NO_ROWS = { cones: [], losses: [], locals: [], borders: [], borderWeights: [] } as const;

/** The measure of drawdowns that is not reported only. */
export type ConvexDrawdownMeasure = Exclude<DrawdownMeasure, { readonly kind: "dar" }>;

/** Says which measure of loss a measure of drawdown is. */
export function lossMeasureOf(measure: ConvexDrawdownMeasure): LossMeasure {
  if (measure.kind === "average-drawdown") {
    return { kind: "mean" };
  }
  if (measure.kind === "ulcer-index") {
    return { kind: "root-mean-square" };
  }
  const tail = tailOf(measure);
  return tail.kind === "var" ? { kind: "worst-realization" } : tail;
}

/** w − lossₜ ≥ 0. Where some scenarios cannot happen, the mean of a tail no larger than any that can. */
function worstRows(probabilities: Float64Array, builder: ConicBuilder): LossRows {
  if (probabilities.some((p) => p === 0)) {
    const least = probabilities.reduce((min, p) => (p > 0 ? Math.min(min, p) : min), 1);
    return tailMeanRows(least, probabilities, builder);
  }
  const worst = builder.addBorder();
  return {
    cones: [{ kind: "nonnegative" }],
    losses: [-1],
    locals: [[]],
    borders: [[worst, [1]]],
    borderWeights: [[worst, 1]],
  };
}

/** τ + Σ pₜuₜ/α with uₜ ≥ 0 and uₜ ≥ lossₜ − τ: Rockafellar & Uryasev 2000. */
function tailMeanRows(tail: number, probabilities: Float64Array, builder: ConicBuilder): LossRows {
  const quantile = builder.addBorder();
  return {
    cones: [{ kind: "nonnegative" }, { kind: "nonnegative" }],
    losses: [0, -1],
    locals: [[1], [1]],
    borders: [[quantile, [0, 1]]],
    borderWeights: [[quantile, 1]],
    localWeights: probabilities.map((p) => p / tail),
  };
}

/** s ≥ ‖losses‖/√T; where probabilities differ, s ≥ Σ pₜqₜ with qₜs ≥ lossₜ². */
function squareRows(probabilities: Float64Array, builder: ConicBuilder): LossRows {
  const size = builder.addBorder();
  const count = probabilities.length;
  if (probabilities.every((p) => p === probabilities[0])) {
    return {
      cones: [{ kind: "norm", offset: 0, coefficients: Float64Array.of(1) }],
      losses: [1],
      locals: [[]],
      borders: [[size, [0]]],
      borderWeights: [[size, 1 / Math.sqrt(count)]],
    };
  }
  return {
    cones: [{ kind: "lorentz" }],
    losses: [0, 0, 2],
    locals: [[1], [1], [0]],
    borders: [[size, [1, -1, 0]]],
    borderWeights: [[size, 1]],
    cover: { border: size, weights: probabilities },
  };
}

/** τ − z·ln α with z ≥ Σ pₜuₜ and z·exp((lossₜ − τ)/z) ≤ uₜ: Ahmadi-Javid 2012. */
function entropicRows(tail: number, probabilities: Float64Array, builder: ConicBuilder): LossRows {
  const shift = builder.addBorder();
  const spread = builder.addBorder();
  return {
    cones: [{ kind: "exponential" }],
    losses: [1, 0, 0],
    locals: [[0], [0], [1]],
    borders: [
      [shift, [-1, 0, 0]],
      [spread, [0, 1, 0]],
    ],
    borderWeights: [
      [shift, 1],
      [spread, -Math.log(tail)],
    ],
    cover: { border: spread, weights: probabilities },
  };
}

/**
 * τ + z·ln_κ(1/(αT)) + Σ mₜ(ψₜ + θₜ) with power cones on (z, ψₜ, νₜ) and
 * (τ − lossₜ − νₜ, θₜ, z): Cajas 2023.
 */
function relativisticRows(
  { level, deformation: k }: Extract<TailMeasure, { readonly kind: "rlvar" }>,
  probabilities: Float64Array,
  builder: ConicBuilder,
): LossRows {
  const shift = builder.addBorder();
  const spread = builder.addBorder();
  const copies = copiesOf(probabilities);
  const count = probabilities.filter((p) => p > 0).length;
  const localWeights = new Float64Array(3 * copies.length);
  for (let t = 0; t < copies.length; t++) {
    localWeights.fill(copies[t], 3 * t, 3 * t + 2);
  }
  return {
    cones: [
      { kind: "power", exponent: 1 / (1 + k) },
      { kind: "power", exponent: 1 - k },
    ],
    losses: [0, 0, 0, -1 / (1 - k), 0, 0],
    locals: [
      [0, 0, 0],
      [(1 + k) / k, 0, 0],
      [0, 0, 1],
      [0, 0, -1 / (1 - k)],
      [0, 1 / k, 0],
      [0, 0, 0],
    ],
    borders: [
      [shift, [0, 0, 0, 1 / (1 - k), 0, 0]],
      [spread, [(1 + k) / (2 * k), 0, 0, 0, 0, -1 / (2 * k)]],
    ],
    borderWeights: [
      [shift, 1],
      [spread, deformedLog(1 / ((1 - level) * count), k)],
    ],
    localWeights,
  };
}
