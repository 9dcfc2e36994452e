import type { ActiveSet } from "./active-set.ts";
import type { PhaseEnd } from "./dual-phase.ts";

// A limit that is approached at less than this share of the largest speed is not approached.
const RATE_TOLERANCE = 1e-12;
// So many steps of no length in a row call for a perturbation.
const STALL_LENGTH = 12;
// Widths of the perturbation of limits that hold by chance, times 1 to 2.
const PERTURBATION = 1e-7;

/**
 * Descends to the optimum while all limits keep holding: the primal active-set method.
 *
 * Takes the working limit whose multiplier has the wrong sign most and leaves it, until its
 * multiplier is 0 or another limit stops the way, which then joins the working set. Where steps
 * have no length, limits that hold by chance are widened by a random 1e-7, for the caller to restore.
 *
 * @see Gill & Murray (1978), "Numerically stable methods for quadratic programming",
 *   doi:10.1007/BF01588976
 */
export function descend(state: ActiveSet, iterationLimit: number, random: () => number): PhaseEnd {
  let stalledFor = 0;
  settle(state, iterationLimit);
  while (state.iterations < iterationLimit) {
    const item = mostWrong(state);
    if (item < 0) {
      return "done";
    }
    if (state.shouldStop()) {
      return "stopped";
    }
    stalledFor = leaveLimit(state, item, iterationLimit) ? 0 : stalledFor + 1;
    if (stalledFor >= STALL_LENGTH) {
      widenLimits(state, random);
      stalledFor = 0;
    }
  }
  return "stalled";
}

/** Moves to where the free variables are stationary, holding the limits met on the way. */
function settle(state: ActiveSet, iterationLimit: number): void {
  while (state.factor.freeCount > 0 && state.iterations++ < iterationLimit) {
    state.directToStationarity();
    const { blocking, side, length } = firstToBlock(state, 1);
    state.step(length);
    if (blocking < 0) {
      return;
    }
    const multiplier = state.multiplier[blocking];
    state.hold(blocking, side);
    state.multiplier[blocking] = multiplier;
  }
}

function mostWrong(state: ActiveSet): number {
  const { workingSet, multiplier } = state;
  let worst = -1;
  let wrong = state.program.signTolerance;
  for (let item = 0; item < state.itemCount; item++) {
    const amount = multiplier[item] * workingSet[item];
    if (amount > wrong && !state.isEquality(item)) {
      wrong = amount;
      worst = item;
    }
  }
  return worst;
}

/** Leaves a limit as far as it pays. Returns whether the point moved. */
function leaveLimit(state: ActiveSet, item: number, iterationLimit: number): boolean {
  const sign = -state.workingSet[item];
  const multiplier = state.multiplier[item];
  state.release(item);
  state.multiplier[item] = multiplier;
  let hasMoved = false;
  while (state.iterations++ < iterationLimit) {
    state.direct(item, sign);
    const full = -sign * state.multiplier[item];
    const { blocking, side, length } = firstToBlock(state, full);
    state.step(length);
    hasMoved ||=
      length > 0 && length * Math.abs(state.valueRate[item]) > state.program.limitTolerance;
    if (blocking < 0) {
      state.multiplier[item] = 0;
      return hasMoved;
    }
    const left = state.multiplier[item];
    state.hold(blocking, side);
    if (blocking === item) {
      state.multiplier[item] = left;
      return true;
    }
    state.multiplier[blocking] = 0;
  }
  return true;
}

/**
 * Finds the limit that stops the way first. Of those within the tolerance of the first, the one
 * met most steeply, so that rounding has the least say.
 *
 * @see Harris (1973), "Pivot selection methods of the Devex LP code", doi:10.1007/BF01580108
 */
function firstToBlock(state: ActiveSet, full: number) {
  const { valueRate, workingSet } = state;
  let steepest = 0;
  for (let i = 0; i < state.itemCount; i++) {
    steepest = Math.max(steepest, Math.abs(valueRate[i]));
  }
  steepest *= RATE_TOLERANCE;
  const reach = looseReach(state, full, steepest);
  let blocking = -1;
  let length = full;
  for (let i = 0; i < state.itemCount; i++) {
    const speed = Math.abs(valueRate[i]);
    if (workingSet[i] !== 0 || speed <= steepest) {
      continue;
    }
    const distance = Math.max(0, room(state, i)) / speed;
    if (distance <= reach && distance < full) {
      steepest = speed;
      blocking = i;
      length = distance;
    }
  }
  return { blocking, side: blocking >= 0 && valueRate[blocking] < 0 ? -1 : 1, length };
}

/** How far the way goes until a limit is passed by the tolerance. */
function looseReach(state: ActiveSet, full: number, slowest: number): number {
  const { valueRate, workingSet } = state;
  const { limitTolerance } = state.program;
  let reach = full;
  for (let i = 0; i < state.itemCount; i++) {
    const speed = Math.abs(valueRate[i]);
    if (workingSet[i] === 0 && speed > slowest) {
      reach = Math.min(reach, Math.max(0, room(state, i) + limitTolerance) / speed);
    }
  }
  return reach;
}

/** Distance of an item from the limit that it moves toward. */
function room({ value, valueRate, lower, upper }: ActiveSet, item: number): number {
  return valueRate[item] < 0 ? value[item] - lower[item] : upper[item] - value[item];
}

/** Widens the limits that hold without being in the working set. */
function widenLimits(state: ActiveSet, random: () => number): void {
  const { value, lower, upper, workingSet } = state;
  for (let item = 0; item < state.itemCount; item++) {
    if (workingSet[item] !== 0) {
      continue;
    }
    if (value[item] - lower[item] < PERTURBATION / 2) {
      lower[item] = value[item] - PERTURBATION * (1 + random());
    }
    if (upper[item] - value[item] < PERTURBATION / 2) {
      upper[item] = value[item] + PERTURBATION * (1 + random());
    }
  }
}
