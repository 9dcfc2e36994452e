import { DoubleDoubles } from "../../linalg/double-double.ts";
import { uniformSource } from "../../random/splitmix.ts";
import type { Vertex } from "../starting-vertex.ts";
import type { DenseCovariance } from "./dense-covariance.ts";
import { ExtendedSystem } from "./extended-system.ts";
import { AT_LOWER, AT_UPPER, largestMagnitude } from "./path-state.ts";
import type { ScaledProblem } from "./scaled-problem.ts";

const SEED = 5;
// Variance added to each asset, as a share of the largest: it makes a zero matrix definite.
const LEAST_RIDGE = 1e-19;
// Perturbations of limits and of the objective, which decide between events at one λ.
const SHIFT = 1e-18;
const TILT = 1e-24;
// More than that to make the vertex feasible and optimal tells of another problem.
const LARGEST_PERTURBATION = 1e-10;
// Rounding of 31 digits, for multipliers, and for weights of a system of condition 1e15.
const MULTIPLIER_NOISE = 1e-29;
const SPEED_NOISE = 1e-15;
// Above it, λ tells only tied returns apart; below it, nothing.
const LARGEST_LAMBDA = 1e12;
const SMALLEST_LAMBDA = 1e-15;

interface ExtendedEvent {
  readonly item: number;
  readonly side: number;
  /** λ at which it happens, in two parts. */
  readonly lambda: number;
  readonly rest: number;
}

/**
 * Traces the path of minimizers of ½w'Σw − λm'w from λ = ∞ to 0 in arithmetic of 31 digits.
 *
 * Every working set is solved afresh, k³ operations on pairs of doubles each: for a few assets of
 * which 16 digits tell too little. Limits and objective are perturbed at random by 1e-18
 * and less, which leaves no two events at one λ and moves the answer by less than doubles can hold.
 *
 * @param ridge - Variance added to each asset, as a share of its own, so that rounding of Σ leaves
 *   it definite.
 * @param onTurn - Receives weights and λ, in scaled units, where the path turns. Says whether
 *   the rest of the path is not needed.
 * @returns The number of events, or nothing when the vertex is none, or the path does not end.
 */
export function followExtended(
  problem: ScaledProblem<DenseCovariance>,
  vertex: Vertex,
  ridge: number,
  onTurn: (weights: Float64Array, lambda: number) => boolean,
): number | undefined {
  const system = perturbedSystem(problem, vertex, ridge);
  if (system === undefined) {
    return undefined;
  }
  const eventLimit = 30 * system.side.length + 200;
  // Where no choice depends on returns, all that is found above the end is ties.
  let lambda = largestMagnitude(problem.mean) > 0 ? LARGEST_LAMBDA : 0;
  for (let count = 0; count < eventLimit && system.solve(); count++) {
    const event = nextEvent(system);
    if (event === undefined || event.lambda <= SMALLEST_LAMBDA) {
      onTurn(weightsAt(system, event), 0);
      return count;
    }
    const isTurn = event.lambda < lambda;
    lambda = Math.min(lambda, event.lambda);
    if (isTurn && onTurn(weightsAt(system, event), lambda)) {
      return count;
    }
    system.side[event.item] = event.side;
  }
  return undefined;
}

/** Reads off a vertex which bound holds each asset and each active row. */
function sidesAt({ assetCount: n, rowCount: m, system }: ScaledProblem, vertex: Vertex): Int8Array {
  const side = new Int8Array(n + m);
  const { weights, freeAssets, activeRows } = vertex;
  for (let i = 0; i < n; i++) {
    side[i] = weights[i] - system.lower[i] <= system.upper[i] - weights[i] ? AT_LOWER : AT_UPPER;
  }
  for (const asset of freeAssets) {
    side[asset] = 0;
  }
  for (const row of activeRows) {
    let value = 0;
    for (let i = 0; i < n; i++) {
      value += system.coefficients[row * n + i] * weights[i];
    }
    const isLower = value - system.rowLower[row] <= system.rowUpper[row] - value;
    side[n + row] = isLower ? AT_LOWER : AT_UPPER;
  }
  return side;
}

function perturbedSystem(
  problem: ScaledProblem<DenseCovariance>,
  vertex: Vertex,
  ridge: number,
): ExtendedSystem | undefined {
  const { assetCount: n } = problem;
  const covariance = problem.covariance.values;
  const variances = Float64Array.from({ length: n }, (_, i) =>
    Math.max(ridge * covariance[i * n + i], LEAST_RIDGE),
  );
  const system = new ExtendedSystem(
    { ...problem, covariance },
    sidesAt(problem, vertex),
    variances,
  );
  return perturb(system) ? system : undefined;
}

/** Perturbs limits and objective so that the vertex is feasible and optimal with room to spare. */
function perturb(system: ExtendedSystem): boolean {
  const uniform = uniformSource(SEED);
  const random = () => 0.5 + uniform();
  const { side, lowerShift, upperShift } = system;
  for (let item = 0; item < side.length; item++) {
    if (!system.isEquality(item)) {
      lowerShift[item] = SHIFT * random();
      upperShift[item] = SHIFT * random();
    }
  }
  if (!system.solve()) {
    return false;
  }
  const room = new DoubleDoubles(2);
  for (let item = 0; item < side.length; item++) {
    if (side[item] === 0) {
      system.writeRoom(item, AT_LOWER, room);
      lowerShift[item] += Math.max(0, -room.high[0]);
      system.writeRoom(item, AT_UPPER, room);
      upperShift[item] += Math.max(0, -room.high[0]);
    }
  }
  tiltObjective(system, random);
  const largest = Math.max(
    largestMagnitude(lowerShift),
    largestMagnitude(upperShift),
    largestMagnitude(system.tilt),
  );
  return largest <= LARGEST_PERTURBATION && system.solve();
}

/** Tilts the objective so that every multiplier has its sign at λ = ∞. */
function tiltObjective(system: ExtendedSystem, random: () => number): void {
  const { assetCount: n, rowCount: m, system: limits } = system.problem;
  const { side, tilt } = system;
  const { high } = system.multipliers[1];
  for (let i = 0; i < n; i++) {
    const wrong = system.isEquality(i) ? 0 : Math.max(0, side[i] * high[i]);
    tilt[i] = side[i] * (TILT * random() + wrong);
  }
  for (let r = 0; r < m; r++) {
    const sign = side[n + r];
    const change = sign * (TILT * random() + Math.max(0, -sign * high[n + r]));
    for (let i = 0; i < n && !system.isEquality(n + r); i++) {
      tilt[i] += change * limits.coefficients[r * n + i];
    }
  }
}

/** Finds the event at the greatest λ. */
function nextEvent(system: ExtendedSystem): ExtendedEvent | undefined {
  const { side, values } = system;
  const room = new DoubleDoubles(2);
  const fastest = largestMagnitude(values[1].high);
  let best: ExtendedEvent | undefined;
  for (let item = 0; item < side.length; item++) {
    if (side[item] === 0) {
      for (const bound of [AT_LOWER, AT_UPPER]) {
        system.writeRoom(item, bound, room);
        best = firstOf(best, eventOf(item, bound, room, SPEED_NOISE * fastest));
      }
    } else if (!system.isEquality(item)) {
      system.writePrice(item, room);
      best = firstOf(best, eventOf(item, 0, room, MULTIPLIER_NOISE * (1 + fastest)));
    }
  }
  return best;
}

/** Finds where a room that is `constant + λ·slope` ends as λ falls. It is overwritten. */
function eventOf(
  item: number,
  side: number,
  room: DoubleDoubles,
  noise: number,
): ExtendedEvent | undefined {
  if (!(room.high[1] > noise && room.high[0] < 0)) {
    return undefined;
  }
  room.divide(0, room.high[1], room.low[1]);
  return { item, side, lambda: -room.high[0], rest: -room.low[0] };
}

function firstOf(a: ExtendedEvent | undefined, b: ExtendedEvent | undefined) {
  if (a === undefined || b === undefined) {
    return a ?? b;
  }
  const isLater = b.lambda > a.lambda || (b.lambda === a.lambda && b.rest > a.rest);
  return isLater ? b : a;
}

/** Computes the weights at an event, or at λ = 0, rounded to doubles at the very end. */
function weightsAt({ values, problem }: ExtendedSystem, event: ExtendedEvent | undefined) {
  const n = problem.assetCount;
  const [constant, slope] = values;
  const sum = new DoubleDoubles(n);
  for (let i = 0; i < n; i++) {
    sum.set(i, constant.high[i], constant.low[i]);
    if (event !== undefined) {
      sum.subtractProduct(i, -event.lambda, -event.rest, slope.high[i], slope.low[i]);
    }
  }
  return sum.high;
}
