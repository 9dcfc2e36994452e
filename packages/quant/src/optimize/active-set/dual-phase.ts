import type { ActiveSet } from "./active-set.ts";

/** How a phase ended; `infeasible` leaves the proof in `multiplierRate`. */
export type PhaseEnd = "done" | "infeasible" | "stalled" | "stopped";

/**
 * Restores the limits while all multipliers keep their signs: the dual active-set method.
 *
 * Takes the most violated limit and lets its multiplier grow until the limit holds; working
 * limits whose multipliers reach 0 on the way leave. Every limit met raises the objective, so no
 * working set comes back.
 *
 * Multipliers must have their signs. A limit that no step can meet, because its gradient depends
 * on those of working limits of which none can leave, ends it: those limits contradict it.
 *
 * @see Goldfarb & Idnani (1983), "A numerically stable dual method for solving strictly convex
 *   quadratic programs", doi:10.1007/BF02591962
 */
export function restoreLimits(state: ActiveSet, iterationLimit: number): PhaseEnd {
  while (state.iterations < iterationLimit) {
    const item = mostViolated(state);
    if (item < 0) {
      return "done";
    }
    const end = meetLimit(state, item, iterationLimit);
    if (end !== "done") {
      return end;
    }
  }
  return "stalled";
}

function mostViolated(state: ActiveSet): number {
  const { value, lower, upper, workingSet } = state;
  let reach = 0;
  for (let j = 0; j < state.program.n; j++) {
    reach = Math.max(reach, Math.abs(value[j]));
  }
  let worst = -1;
  let violation = state.program.limitTolerance * (1 + reach);
  for (let item = 0; item < state.itemCount; item++) {
    if (workingSet[item] !== 0) {
      continue;
    }
    const miss = Math.max(lower[item] - value[item], value[item] - upper[item]);
    if (miss > violation) {
      violation = miss;
      worst = item;
    }
  }
  return worst;
}

function meetLimit(state: ActiveSet, item: number, iterationLimit: number): PhaseEnd {
  const sign = state.value[item] < state.lower[item] ? 1 : -1;
  const limit = sign > 0 ? state.lower[item] : state.upper[item];
  state.multiplier[item] = 0;
  while (state.iterations++ < iterationLimit) {
    if (state.shouldStop()) {
      return "stopped";
    }
    const rate = state.direct(item, sign);
    const full = rate > 0 ? Math.max(0, (sign * (limit - state.value[item])) / rate) : Infinity;
    const blocking = firstToLeave(state, item, full);
    if (blocking < 0 && rate === 0) {
      return "infeasible";
    }
    if (blocking < 0) {
      state.step(full);
      const multiplier = state.multiplier[item];
      state.hold(item, -sign);
      state.multiplier[item] = multiplier;
      return "done";
    }
    state.step(state.multiplier[blocking] / -state.multiplierRate[blocking]);
    state.multiplier[blocking] = 0;
    state.release(blocking);
  }
  return "stalled";
}

// A multiplier that changes by less than this share of the fastest stays.
const RATE_TOLERANCE = 1e-13;

/** Finds the working limit whose multiplier reaches 0 first, and before a full step; or -1. */
function firstToLeave(state: ActiveSet, item: number, full: number): number {
  const { workingSet, multiplier, multiplierRate } = state;
  let fastest = 0;
  for (let i = 0; i < state.itemCount; i++) {
    fastest = Math.max(fastest, Math.abs(multiplierRate[i]));
  }
  const smallest = RATE_TOLERANCE * fastest;
  let first = -1;
  let shortest = full;
  for (let i = 0; i < state.itemCount; i++) {
    const rate = multiplierRate[i] * workingSet[i];
    if (workingSet[i] === 0 || i === item || rate <= smallest || state.isEquality(i)) {
      continue;
    }
    const length = Math.max(0, -multiplier[i] * workingSet[i]) / rate;
    const isTied = length === shortest && first >= 0;
    if (length < shortest || (isTied && rate > multiplierRate[first] * workingSet[first])) {
      shortest = length;
      first = i;
    }
  }
  return first;
}
