import { ArgumentError } from "../../errors.ts";
import { requireFinite } from "../../linalg/matrix.ts";
import { SMALLEST_TAIL } from "./distortion.ts";
import type { RiskMeasure } from "./risk-measure.ts";

const PROBABILITY_SUM_TOLERANCE = 1e-9;

/**
 * Checks probabilities of T scenarios, and makes equal ones where they are absent.
 *
 * @returns Probabilities of sum 1 to rounding, length T.
 * @throws {ArgumentError} T is 0; or probabilities are negative, not finite, or sum to something
 *   other than 1.
 */
export function requireProbabilities(
  count: number,
  probabilities: Float64Array | undefined,
): Float64Array {
  if (count === 0) {
    throw new ArgumentError("risk needs at least one scenario");
  }
  if (probabilities === undefined) {
    return new Float64Array(count).fill(1 / count);
  }
  if (probabilities.length !== count) {
    throw new ArgumentError(`${probabilities.length} probabilities for ${count} scenarios`);
  }
  requireFinite(probabilities, "probabilities");
  let total = 0;
  for (let t = 0; t < count; t++) {
    if (probabilities[t] < 0) {
      throw new ArgumentError(`probability ${t} is ${probabilities[t]}, below 0`);
    }
    total += probabilities[t];
  }
  if (Math.abs(total - 1) > PROBABILITY_SUM_TOLERANCE) {
    throw new ArgumentError(`probabilities sum to ${total}, not 1`);
  }
  return probabilities.map((p) => p / total);
}

/**
 * Checks the parameters of a measure against the scenarios it is for.
 *
 * @param probabilities - Length T, of sum 1.
 * @throws {ArgumentError} A parameter is out of its range, or there are too few scenarios.
 */
export function requireMeasure(measure: RiskMeasure, probabilities: Float64Array): void {
  requireParameters(measure);
  switch (measure.kind) {
    case "variance":
    case "standard-deviation":
    case "semivariance":
    case "semideviation":
    case "gini-mean-difference":
      requireTwo(probabilities, measure.kind);
      return;
    case "lower-partial-moment":
      if (measure.order === 2) {
        requireTwo(probabilities, measure.kind);
      }
      return;
    case "ordered-weighted":
      requireOrderedWeights(measure.weights, probabilities);
      return;
    default:
  }
}

function requireParameters(measure: RiskMeasure): void {
  const { kind } = measure;
  for (const name of ["level", "gainLevel", "deformation", "gainDeformation"] as const) {
    const value = name in measure ? Reflect.get(measure, name) : undefined;
    if (value !== undefined && !(value > 0 && value < 1)) {
      throw new ArgumentError(`${kind}: ${name} is ${value}, not between 0 and 1`);
    }
  }
  if ("threshold" in measure && !Number.isFinite(measure.threshold)) {
    throw new ArgumentError(`${kind}: threshold is ${measure.threshold}, not a finite number`);
  }
  if ("order" in measure) {
    requireOrder(measure);
  }
  if ("pieces" in measure && measure.pieces !== undefined) {
    requirePieces(measure.kind, measure.pieces, Math.max(measure.level, gainLevelOf(measure)));
  }
}

function gainLevelOf(measure: RiskMeasure): number {
  return "gainLevel" in measure ? (measure.gainLevel ?? 0) : 0;
}

function requireOrder({ kind, order }: Extract<RiskMeasure, { readonly order: number }>): void {
  if (kind === "lower-partial-moment") {
    if (order !== 1 && order !== 2) {
      throw new ArgumentError(`${kind}: order is ${order}, not 1 or 2`);
    }
  } else if (!(order >= 4 && order % 2 === 0 && order <= MOMENT_ORDER_MAX)) {
    throw new ArgumentError(`${kind}: order is ${order}, not even and between 4 and 100`);
  }
}

const MOMENT_ORDER_MAX = 100;

function requirePieces(kind: string, pieces: number, level: number): void {
  if (!(Number.isInteger(pieces) && pieces >= 2 && pieces <= PIECES_MAX)) {
    throw new ArgumentError(`${kind}: pieces is ${pieces}, not between 2 and 10000`);
  }
  if (1 - level <= SMALLEST_TAIL) {
    throw new ArgumentError(`${kind}: level is ${level}, but pieces start at 0.9999`);
  }
}

const PIECES_MAX = 10_000;

function requireTwo(probabilities: Float64Array, kind: string): void {
  let possible = 0;
  for (let t = 0; t < probabilities.length; t++) {
    possible += probabilities[t] > 0 ? 1 : 0;
  }
  if (possible < 2) {
    throw new ArgumentError(`${kind} needs at least two possible scenarios`);
  }
}

function requireOrderedWeights(weights: Float64Array, probabilities: Float64Array): void {
  if (weights.length !== probabilities.length) {
    throw new ArgumentError(
      `ordered-weighted: ${weights.length} weights for ${probabilities.length} scenarios`,
    );
  }
  requireFinite(weights, "ordered-weighted: weights");
  for (let t = 0; t < probabilities.length; t++) {
    if (probabilities[t] !== probabilities[0]) {
      throw new ArgumentError("ordered-weighted: scenarios are not equally likely");
    }
  }
}
