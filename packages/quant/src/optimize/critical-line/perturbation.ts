import type { PathState } from "./path-state.ts";
import { AT_LOWER, AT_UPPER } from "./path-state.ts";

/**
 * Gives the state a fresh infinitesimal perturbation under which it is not degenerate.
 *
 * Several constraints may meet at one λ: tied assets, a corner with more binding bounds than
 * weights to hold, bounds without room. An order chosen carelessly can then cycle for ever.
 * So every bound is moved outward by ε times a random number, and the gradient is tilted by
 * ε times another vector, with ε infinitely small: no two events then coincide, and the path
 * of the perturbed problem, on which λ falls strictly, is followed. Only the derivatives with
 * respect to ε are kept, so the answer itself is not perturbed.
 *
 * The numbers are random but seeded. They are chosen so that the current point is feasible
 * and optimal with room to spare.
 *
 * @param uniform - Source of numbers in [0, 1).
 */
export function perturb(state: PathState, uniform: () => number): void {
  const { assetCount: n, rowCount: m } = state.problem;
  const random = () => 0.5 + uniform();
  state.refused.fill(0);
  for (let item = 0; item < n + m; item++) {
    const movable = state.lowerOf(item) < state.upperOf(item);
    state.lowerShift[item] = movable ? random() : 0;
    state.upperShift[item] = movable ? random() : 0;
  }
  perturbWeights(state);
  widenAroundShift(state, random);
  perturbMultipliers(state, random);
}

/** Moves the held constraints to their perturbed places, and the free assets along. */
function perturbWeights(state: PathState): void {
  const { kkt, problem, side, weightShift } = state;
  const n = problem.assetCount;
  for (let i = 0; i < n; i++) {
    weightShift[i] = state.isFree(i) ? 0 : outward(state, i);
  }
  const target = new Float64Array(kkt.size);
  for (let a = 0; a < kkt.size; a++) {
    const item = kkt.items[a];
    if (item >= n) {
      const place = side[item] === 0 ? 0 : outward(state, item);
      target[a] = place - state.rowSum(item - n, weightShift);
    }
  }
  const solution = new Float64Array(kkt.size);
  kkt.multiply(target, solution);
  for (let a = 0; a < kkt.size; a++) {
    if (kkt.items[a] < n) {
      weightShift[kkt.items[a]] = solution[a];
    }
  }
}

function outward({ side, lowerShift, upperShift }: PathState, item: number): number {
  if (side[item] === AT_LOWER) {
    return -lowerShift[item];
  }
  return side[item] === AT_UPPER ? upperShift[item] : 0;
}

/** Leaves the constraints that do not hold the point some room on both sides of its shift. */
function widenAroundShift(state: PathState, random: () => number): void {
  const { assetCount: n, rowCount: m } = state.problem;
  for (let item = 0; item < n + m; item++) {
    const held = item < n ? !state.isFree(item) : state.isActive(item - n);
    if (!held) {
      const shift = item < n ? state.weightShift[item] : state.rowSum(item - n, state.weightShift);
      state.lowerShift[item] = Math.max(0, -shift) + random();
      state.upperShift[item] = Math.max(0, shift) + random();
    }
  }
}

/** Tilts the gradient so that every multiplier gains room on its right side. */
function perturbMultipliers(state: PathState, random: () => number): void {
  const { problem, side, gradientShift, multiplierShift } = state;
  const { assetCount: n, rowCount: m } = problem;
  for (let r = 0; r < m; r++) {
    const free = !state.isActive(r) || state.frozen[n + r] === 1;
    multiplierShift[r] = free ? 0 : side[n + r] * random();
  }
  state.pull(multiplierShift, gradientShift);
  for (let i = 0; i < n; i++) {
    const room = state.isFree(i) ? 0 : -side[i] * random();
    gradientShift[i] = room - gradientShift[i];
  }
}
