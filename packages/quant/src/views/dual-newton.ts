import { choleskyFactor, choleskySolve } from "../linalg/cholesky.ts";
import type { StandardRows } from "./expectation-row.ts";

// Ridges tried one after the other, relative to the diagonal, until a step lowers the dual.
const RIDGES = [1e-11, 1e-8, 1e-5, 1e-2, 1e1] as const;
const STEP_MIN = 1e-9;
// Multipliers grow by this factor at most, lest a nearly singular model throws them into rounding.
const GROWTH_MAX = 100;

/** An iterate of the dual and what it says about the primal. */
export interface Iterate {
  readonly multipliers: Float64Array;
  /** Softmax probabilities, length T. */
  readonly probabilities: Float64Array;
  /** ln Σ q exp(λ'x). */
  readonly value: number;
  /** Largest λ'x over the scenarios. */
  readonly reach: number;
  /** E[x], length k. */
  readonly gradient: Float64Array;
}

/** Computes the dual and its gradient at some multipliers. */
export function evaluate(
  prior: Float64Array,
  standard: StandardRows,
  multipliers: Float64Array,
): Iterate {
  const { values, count: k } = standard;
  const scenarios = prior.length;
  const probabilities = new Float64Array(scenarios);
  let reach = Number.NEGATIVE_INFINITY;
  for (let t = 0; t < scenarios; t++) {
    let exponent = 0;
    for (let i = 0; i < k; i++) {
      exponent += multipliers[i] * values[t * k + i];
    }
    probabilities[t] = exponent;
    if (prior[t] > 0 && exponent > reach) {
      reach = exponent;
    }
  }
  let sum = 0;
  for (let t = 0; t < scenarios; t++) {
    const weight = prior[t] > 0 ? prior[t] * Math.exp(probabilities[t] - reach) : 0;
    probabilities[t] = weight;
    sum += weight;
  }
  const gradient = new Float64Array(k);
  for (let t = 0; t < scenarios; t++) {
    probabilities[t] /= sum;
    for (let i = 0; i < k; i++) {
      gradient[i] += probabilities[t] * values[t * k + i];
    }
  }
  return { multipliers, probabilities, value: reach + Math.log(sum), reach, gradient };
}

/** Whether a row's multiplier sits at its bound of 0 and wants to stay there. */
function isHeld(iterate: Iterate, standard: StandardRows, i: number): boolean {
  return !standard.isEquality[i] && iterate.multipliers[i] <= 0 && iterate.gradient[i] >= 0;
}

/** The largest error of an expectation, in standard deviations of its row. */
export function residualOf(iterate: Iterate, standard: StandardRows): number {
  let largest = 0;
  for (let i = 0; i < standard.count; i++) {
    if (!isHeld(iterate, standard, i)) {
      largest = Math.max(largest, Math.abs(iterate.gradient[i]));
    }
  }
  return largest;
}

/** Takes one Newton step within the bounds; nothing when none lowers the dual. */
export function improve(
  prior: Float64Array,
  standard: StandardRows,
  iterate: Iterate,
): Iterate | undefined {
  const free = freeRows(iterate, standard);
  const hessian = rowCovariance(standard, iterate, free);
  for (const ridge of RIDGES) {
    const direction = newtonDirection(standard, iterate, { free, hessian, ridge });
    const next = direction && searchLine(prior, standard, iterate, direction);
    if (next !== undefined) {
      return next;
    }
  }
  return undefined;
}

/** Halves the step along a direction until the dual is lower. */
function searchLine(
  prior: Float64Array,
  standard: StandardRows,
  iterate: Iterate,
  direction: Float64Array,
): Iterate | undefined {
  const { multipliers, gradient } = iterate;
  // Rounding of a sum over the scenarios.
  const noise =
    Number.EPSILON * (16 + prior.length) * (1 + Math.abs(iterate.reach) + Math.abs(iterate.value));
  const longest = Math.min(1, (GROWTH_MAX * (1 + largest(multipliers))) / largest(direction));
  for (let step = longest; step > STEP_MIN * longest; step /= 2) {
    let slope = 0;
    const trial = Float64Array.from(multipliers, (multiplier, i) => {
      const moved = multiplier + step * direction[i];
      const kept = standard.isEquality[i] ? moved : Math.max(0, moved);
      slope += gradient[i] * (kept - multiplier);
      return kept;
    });
    const next = evaluate(prior, standard, trial);
    if (isLower(iterate, next, slope, noise, standard)) {
      return next;
    }
  }
  return undefined;
}

function largest(vector: Float64Array): number {
  let size = 0;
  for (let i = 0; i < vector.length; i++) {
    size = Math.max(size, Math.abs(vector[i]));
  }
  return size;
}

/** Whether a step lowers the dual enough or, where its differences are rounding, the gradient. */
function isLower(
  iterate: Iterate,
  next: Iterate,
  slope: number,
  noise: number,
  standard: StandardRows,
): boolean {
  if (-slope > noise && next.value <= iterate.value + 1e-4 * slope) {
    return true;
  }
  const isFlat = next.value <= iterate.value + noise;
  return isFlat && residualOf(next, standard) < 0.9 * residualOf(iterate, standard);
}

/** The quadratic model of the dual over the rows that are not held. */
interface Model {
  readonly free: readonly number[];
  /** Covariance of the free rows, row-major. */
  readonly hessian: Float64Array;
  readonly ridge: number;
}

function freeRows(iterate: Iterate, standard: StandardRows): readonly number[] {
  return Array.from({ length: standard.count }, (_, i) => i).filter(
    (i) => !isHeld(iterate, standard, i),
  );
}

/**
 * Lowers the quadratic model of the dual over multipliers that keep to their bounds.
 *
 * Newton steps over the rows that are not held; where one meets a bound it stops there, and goes on
 * without that row. Each part lowers the model, so the sum is a direction of descent.
 */
function newtonDirection(
  standard: StandardRows,
  iterate: Iterate,
  { free, hessian, ridge }: Model,
): Float64Array | undefined {
  const gradient = Float64Array.from(free, (i) => iterate.gradient[i]);
  const rooms = Float64Array.from(free, (i) =>
    standard.isEquality[i] ? Number.POSITIVE_INFINITY : iterate.multipliers[i],
  );
  const moved = new Float64Array(free.length);
  let open = Array.from(free.keys());
  while (open.length > 0) {
    const step = modelStep(hessian, gradient, open, ridge);
    if (step === undefined) {
      return undefined;
    }
    const { length, blocking } = longestStep(rooms, step, open);
    for (const [k, a] of open.entries()) {
      const move = length * step[k];
      moved[a] += move;
      rooms[a] += move;
      for (let b = 0; b < free.length; b++) {
        gradient[b] += move * hessian[a * free.length + b];
      }
    }
    open = blocking < 0 ? [] : open.filter((a) => a !== blocking);
  }
  const direction = new Float64Array(standard.count);
  for (const [a, i] of free.entries()) {
    direction[i] = moved[a];
  }
  return direction;
}

/** Finds how much of a step the rooms above the bounds allow, and which of them ends it. */
function longestStep(rooms: Float64Array, step: Float64Array, open: readonly number[]) {
  let length = 1;
  let blocking = -1;
  for (const [k, a] of open.entries()) {
    if (rooms[a] + length * step[k] < 0) {
      length = Math.max(0, rooms[a] / -step[k]);
      blocking = a;
    }
  }
  return { length, blocking };
}

/** Solves (H + ridge)·s = −g over the open rows; nothing when that is not definite. */
function modelStep(
  hessian: Float64Array,
  gradient: Float64Array,
  open: readonly number[],
  ridge: number,
): Float64Array | undefined {
  const size = open.length;
  const right = Float64Array.from(open, (a) => -gradient[a]);
  const values = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      values[i * size + j] = hessian[open[i] * gradient.length + open[j]];
    }
    values[i * size + i] += ridge * values[i * size + i] + 1e-14;
  }
  const factor = choleskyFactor({ rows: size, cols: size, values });
  return factor && choleskySolve(factor, right);
}

/** Computes the covariance of the free rows under the iterate, row-major. */
function rowCovariance(
  { values, count: k }: StandardRows,
  { probabilities, gradient }: Iterate,
  free: readonly number[],
): Float64Array {
  const size = free.length;
  const hessian = new Float64Array(size * size);
  const line = new Float64Array(size);
  for (let t = 0; t < probabilities.length; t++) {
    for (let a = 0; a < size; a++) {
      line[a] = values[t * k + free[a]] - gradient[free[a]];
    }
    addOuterProduct(hessian, line, probabilities[t]);
  }
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < a; b++) {
      hessian[b * size + a] = hessian[a * size + b];
    }
  }
  return hessian;
}

/** Adds w·x·x' to a lower triangle. */
function addOuterProduct(lower: Float64Array, x: Float64Array, weight: number): void {
  const size = x.length;
  for (let a = 0; a < size; a++) {
    const weighted = weight * x[a];
    for (let b = 0; b <= a; b++) {
      lower[a * size + b] += weighted * x[b];
    }
  }
}
