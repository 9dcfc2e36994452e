import { uniformSource } from "../../random/splitmix.ts";
import type { ActiveSet } from "./active-set.ts";
import { type PhaseEnd, restoreLimits } from "./dual-phase.ts";
import { descend } from "./primal-phase.ts";
import type { WorkingSet } from "./quadratic-program.ts";

const ROUND_LIMIT = 24;
const SEED = 1;
// What a multiplier's rate, or a sum of limits, has to exceed to prove something.
const PROOF_ZERO = 1e-13;

/**
 * Solves a scaled program, with its proximal term, from a guess of the working set.
 *
 * Multipliers with the wrong sign get it by a shift of c; the dual method then restores the
 * limits. Without the shift, the primal method descends from there. Rounds are repeated from the
 * working set, computed afresh, until one finds nothing to do.
 *
 * @returns `infeasible` leaves the proof in the state's `multiplierRate`.
 */
export function solveScaled(state: ActiveSet, start: WorkingSet): PhaseEnd {
  const random = uniformSource(SEED);
  const { n, m, lower, upper } = state.program;
  const iterationLimit = state.iterations + 50 * (n + m) + 1000;
  let set = start;
  for (let round = 0; round < ROUND_LIMIT; round++) {
    state.lower.set(lower);
    state.upper.set(upper);
    const before = state.iterations;
    const end = solveRound(state, set, iterationLimit, random);
    const isWorthAnother = end === "done" || (end === "infeasible" && !isProof(state));
    if (!isWorthAnother || (end === "done" && state.iterations === before)) {
      return end;
    }
    set = state.workingSet.slice();
  }
  return "stalled";
}

function solveRound(
  state: ActiveSet,
  set: WorkingSet,
  iterationLimit: number,
  random: () => number,
): PhaseEnd {
  startWithSigns(state, set);
  const shift = shiftSigns(state, random);
  const end = restoreLimits(state, iterationLimit);
  if (shift === undefined) {
    return end;
  }
  removeShift(state, shift);
  // A shift that was not needed to meet the limits still counts as a step.
  state.iterations++;
  return end === "done" ? descend(state, iterationLimit, random) : end;
}

/** Whether the sides at which the multipliers' rates stand add up to more than rounding. */
function isProof(state: ActiveSet): boolean {
  let sum = 0;
  let size = 0;
  for (let item = 0; item < state.itemCount; item++) {
    const rate = state.multiplierRate[item];
    if (Math.abs(rate) > PROOF_ZERO) {
      const side = rate * (rate > 0 ? state.lower[item] : state.upper[item]);
      sum += side;
      size = Math.max(size, Math.abs(side));
    }
  }
  return sum > PROOF_ZERO * size;
}

/** Starts with a working set less the rows whose multipliers have the wrong sign. */
function startWithSigns(state: ActiveSet, set: WorkingSet): void {
  state.start(set);
  for (;;) {
    let hasDropped = false;
    for (let item = state.program.n; item < state.itemCount; item++) {
      if (isWrong(state, item)) {
        state.workingSet[item] = 0;
        hasDropped = true;
      }
    }
    if (!hasDropped) {
      return;
    }
    state.start(state.workingSet.slice());
  }
}

function isWrong(state: ActiveSet, item: number): boolean {
  const amount = state.multiplier[item] * state.workingSet[item];
  return amount > state.program.signTolerance && !state.isEquality(item);
}

/** Changes c so that no multiplier has the wrong sign. Returns the change, if there is one. */
function shiftSigns(state: ActiveSet, random: () => number): Float64Array | undefined {
  const { n, matrix, width, columns, curvature } = state.program;
  let shift: Float64Array | undefined;
  for (let j = 0; j < n; j++) {
    if (isWrong(state, j)) {
      shift ??= new Float64Array(n);
      // What costs little risk comes first; that no two are equal avoids ties.
      const curve = matrix[columns[j] * width + columns[j]] + curvature[j];
      const target = -state.workingSet[j] * curve * (1 + random() / 8);
      shift[j] = target - state.multiplier[j];
      state.multiplier[j] = target;
      state.linear[j] += shift[j];
    }
  }
  return shift;
}

function removeShift(state: ActiveSet, shift: Float64Array): void {
  for (let j = 0; j < shift.length; j++) {
    state.multiplier[j] -= shift[j];
    state.linear[j] -= shift[j];
  }
}
