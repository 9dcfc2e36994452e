import { type ConstraintSystem, FEASIBILITY_TOLERANCE } from "./constraints.ts";

/**
 * A bounded simplex tableau over assets 0 … n − 1 and row sums n … n + m − 1.
 *
 * Each of the m basic variables is written as a sum of the n others, which sit at a bound:
 * x_B = D·x_N. At first the row sums are basic, so D is the coefficient matrix.
 */
export interface Tableau {
  readonly assetCount: number;
  readonly rowCount: number;
  /** D, row-major, shape (m, n). */
  readonly entries: Float64Array;
  /** Variable of each tableau row, length m. */
  readonly basic: Int32Array;
  /** Variable of each tableau column, length n. */
  readonly nonbasic: Int32Array;
  /** Bounds and value of each variable, length n + m. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly values: Float64Array;
  /** Violation of a bound that counts as rounding for the present. */
  tolerance: number;
}

// Entries of D are small rationals; smaller ones are rounding of 0.
const PIVOT_TOLERANCE = 1e-9;
const STALLED_STEPS = 50;
// Violations are brought down to this, as far as the bounds let them, and steps let in no greater.
const ROUNDING_TOLERANCE = 1e-13;

/** Builds the tableau with every asset at its lower bound. */
export function createTableau(system: ConstraintSystem): Tableau {
  const { assetCount: n, rowCount: m } = system;
  const lower = concatenate(system.lower, system.rowLower);
  const upper = concatenate(system.upper, system.rowUpper);
  const tableau: Tableau = {
    assetCount: n,
    rowCount: m,
    entries: Float64Array.from(system.coefficients),
    basic: Int32Array.from({ length: m }, (_, r) => n + r),
    nonbasic: Int32Array.from({ length: n }, (_, i) => i),
    lower,
    upper,
    values: concatenate(system.lower, new Float64Array(m)),
    tolerance: FEASIBILITY_TOLERANCE,
  };
  recomputeBasicValues(tableau);
  return tableau;
}

function concatenate(head: Float64Array, tail: Float64Array): Float64Array {
  const joined = new Float64Array(head.length + tail.length);
  joined.set(head);
  joined.set(tail, head.length);
  return joined;
}

/** Computes the values of basic variables from those of the others. */
export function recomputeBasicValues({ entries, basic, nonbasic, values }: Tableau): void {
  const n = nonbasic.length;
  for (const [i, variable] of basic.entries()) {
    let sum = 0;
    for (let j = 0; j < n; j++) {
      sum += entries[i * n + j] * values[nonbasic[j]];
    }
    values[variable] = sum;
  }
}

/** Says on which side a variable breaks its bounds: -1 below, 1 above, 0 neither. */
export function violation({ values, lower, upper, tolerance }: Tableau, variable: number): number {
  if (values[variable] < lower[variable] - tolerance) {
    return -1;
  }
  return values[variable] > upper[variable] + tolerance ? 1 : 0;
}

/**
 * Moves to a point that breaks no bound, if there is one (phase 1).
 *
 * Violations within the tolerance count as none, but are still made as small as can be: where
 * bounds are themselves that close together, later steps need a point between them.
 *
 * @returns Whether it succeeded. If not, the sum of violations is at its minimum.
 */
export function reachFeasibility(tableau: Tableau): boolean {
  const gradient = new Float64Array(tableau.assetCount);
  tableau.tolerance = ROUNDING_TOLERANCE;
  descend(tableau, () => violationGradient(tableau, gradient));
  tableau.tolerance = FEASIBILITY_TOLERANCE;
  return descend(tableau, () => violationGradient(tableau, gradient)) === undefined;
}

/** Computes the slope of the sum of violations in each nonbasic variable, if any is broken. */
export function violationGradient(tableau: Tableau, gradient: Float64Array) {
  const { entries, basic, assetCount: n } = tableau;
  let broken = false;
  gradient.fill(0);
  for (let i = 0; i < basic.length; i++) {
    const side = violation(tableau, basic[i]);
    if (side !== 0) {
      broken = true;
      for (let j = 0; j < n; j++) {
        gradient[j] += side * entries[i * n + j];
      }
    }
  }
  return broken ? gradient : undefined;
}

/**
 * Maximizes c'w from a feasible tableau (phase 2).
 *
 * @param objective - c, length n, of magnitude about 1.
 * @param tolerance - Reduced costs up to this count as 0.
 * @returns Reduced cost of each nonbasic variable: its column's effect on −c'w.
 */
export function maximize(tableau: Tableau, objective: Float64Array, tolerance: number) {
  const reducedCosts = new Float64Array(tableau.assetCount);
  descend(tableau, () => costGradient(tableau, objective, reducedCosts), tolerance);
  return reducedCosts;
}

function costGradient(tableau: Tableau, objective: Float64Array, gradient: Float64Array) {
  const { entries, basic, nonbasic, assetCount: n } = tableau;
  for (let j = 0; j < n; j++) {
    gradient[j] = nonbasic[j] < n ? -objective[nonbasic[j]] : 0;
  }
  for (const [i, variable] of basic.entries()) {
    if (variable < n && objective[variable] !== 0) {
      for (let j = 0; j < n; j++) {
        gradient[j] -= objective[variable] * entries[i * n + j];
      }
    }
  }
  return gradient;
}

/**
 * Walks downhill until the slope function gives nothing, or no column improves.
 *
 * The steepest column enters; after steps without progress the lowest index does (Bland's
 * rule), which cannot cycle.
 *
 * @returns The last slope, or nothing where the slope function gave nothing.
 */
function descend(
  tableau: Tableau,
  slope: () => Float64Array | undefined,
  tolerance = PIVOT_TOLERANCE,
): Float64Array | undefined {
  const limit = 200 * (tableau.assetCount + tableau.rowCount) + 1000;
  let stalled = 0;
  for (let count = 0; count < limit; count++) {
    const gradient = slope();
    if (gradient === undefined) {
      recomputeBasicValues(tableau);
      return undefined;
    }
    const bland = stalled > STALLED_STEPS;
    const column = enteringColumn(tableau, gradient, tolerance, bland);
    if (column === -1) {
      recomputeBasicValues(tableau);
      return gradient;
    }
    stalled = step(tableau, column, gradient[column] < 0 ? 1 : -1, bland) ? 0 : stalled + 1;
  }
  throw new Error(`the simplex method has not finished in ${limit} steps`);
}

function enteringColumn(
  { nonbasic, values, lower, upper }: Tableau,
  gradient: Float64Array,
  tolerance: number,
  bland: boolean,
): number {
  let best = -1;
  for (let j = 0; j < nonbasic.length; j++) {
    const variable = nonbasic[j];
    const atLower = values[variable] === lower[variable];
    const improves = atLower ? gradient[j] < -tolerance : gradient[j] > tolerance;
    if (!improves || lower[variable] === upper[variable]) {
      continue;
    }
    const better = bland
      ? best === -1 || variable < nonbasic[best]
      : best === -1 || Math.abs(gradient[j]) > Math.abs(gradient[best]);
    best = better ? j : best;
  }
  return best;
}

/** Moves one nonbasic variable as far as the bounds let it. Says whether anything moved. */
function step(tableau: Tableau, column: number, direction: number, bland: boolean): boolean {
  const { entries, basic, nonbasic, values, lower, upper, assetCount: n } = tableau;
  const entering = nonbasic[column];
  let length = upper[entering] - lower[entering];
  let blocking = -1;
  let blockingBound = 0;
  for (let i = 0; i < basic.length; i++) {
    const rate = direction * entries[i * n + column];
    if (Math.abs(rate) <= PIVOT_TOLERANCE) {
      continue;
    }
    const bound = boundAhead(tableau, basic[i], rate);
    const room = Math.max(0, (bound - values[basic[i]]) / rate);
    const nearer = room < length - ROUNDING_TOLERANCE;
    if (nearer || (room <= length && prefers(tableau, i, blocking, column, bland))) {
      length = room;
      blocking = i;
      blockingBound = bound;
    }
  }
  const target = direction > 0 ? upper[entering] : lower[entering];
  for (let i = 0; i < basic.length; i++) {
    values[basic[i]] += direction * length * entries[i * n + column];
  }
  if (blocking === -1) {
    values[entering] = target;
    return true;
  }
  values[entering] += direction * length;
  values[basic[blocking]] = blockingBound;
  exchange(tableau, blocking, column);
  return length > ROUNDING_TOLERANCE;
}

/** Finds the first bound ahead: the broken one where one is broken, else that of the direction. */
function boundAhead(tableau: Tableau, variable: number, rate: number): number {
  const { lower, upper } = tableau;
  const side = violation(tableau, variable);
  if (rate > 0) {
    return side < 0 ? lower[variable] : side > 0 ? Number.POSITIVE_INFINITY : upper[variable];
  }
  return side > 0 ? upper[variable] : side < 0 ? Number.NEGATIVE_INFINITY : lower[variable];
}

/** Breaks a tie between blocking rows: lowest index under Bland's rule, else largest pivot. */
function prefers(
  { entries, basic, assetCount: n }: Tableau,
  row: number,
  rival: number,
  column: number,
  bland: boolean,
): boolean {
  if (rival === -1) {
    return true;
  }
  if (bland) {
    return basic[row] < basic[rival];
  }
  return Math.abs(entries[row * n + column]) > Math.abs(entries[rival * n + column]);
}

/** Swaps a basic and a nonbasic variable; values stay as they are. */
export function exchange(tableau: Tableau, row: number, column: number): void {
  const { entries, basic, nonbasic, assetCount: n } = tableau;
  const start = row * n;
  const pivot = entries[start + column];
  for (let j = 0; j < n; j++) {
    entries[start + j] /= -pivot;
  }
  entries[start + column] = 1 / pivot;
  for (let i = 0; i < basic.length; i++) {
    const factor = entries[i * n + column];
    if (i === row || factor === 0) {
      continue;
    }
    for (let j = 0; j < n; j++) {
      entries[i * n + j] += factor * entries[start + j];
    }
    entries[i * n + column] = factor / pivot;
  }
  const leaving = basic[row];
  basic[row] = nonbasic[column];
  nonbasic[column] = leaving;
}
