import { largestMagnitude, type PathState } from "./path-state.ts";

/** By how much a point misses optimality. */
export interface OptimalityError {
  /** Relative to the terms of the gradient of the same asset, the largest. */
  readonly worst: number;
  /** The largest violation relative to the largest terms. */
  readonly overall: number;
}

/**
 * Measures the misfit of free assets and multipliers of the wrong sign at the current point.
 *
 * @param pull - Room for n numbers.
 */
export function optimalityError(state: PathState, pull: Float64Array): OptimalityError {
  const { problem, kkt, side, frozen, misfit, mean, base, risk, lambda, multipliers } = state;
  const { assetCount: n, rowCount: m } = problem;
  const { position } = kkt;
  const exposure = state.weightExposure();
  state.pull(multipliers, pull);
  let worst = 0;
  let largestViolation = 0;
  for (let i = 0; i < n; i++) {
    let violation = 0;
    if (position[i] >= 0) {
      violation = Math.abs(misfit[i]);
    } else if (frozen[i] === 0) {
      violation = side[i] * (pull[i] + (risk[i] + base[i] - lambda * mean[i]));
    }
    if (violation > 0) {
      worst = Math.max(worst, ratio(violation, assetScale(state, i, exposure)));
      largestViolation = Math.max(largestViolation, violation);
    }
  }
  for (let r = 0; r < m; r++) {
    const violation = Math.abs(wrongMultiplier(state, r));
    if (violation > 0) {
      worst = Math.max(worst, ratio(violation, rowScale(state, r, exposure)));
      largestViolation = Math.max(largestViolation, violation);
    }
  }
  const overall =
    largestViolation === 0 ? 0 : ratio(largestViolation, largestScale(state, exposure));
  return { worst, overall };
}

// A gradient smaller than this, in scaled units, is what is left of terms that cancel.
const VANISHING_GRADIENT = 1e-4;
// One with more of what its terms may add up to cannot fall short: the path is led back before.
const PLAIN_GRADIENT = 0.1;

/**
 * Measures by how much rounding may keep a point from being optimal, relative to its gradient: by
 * multipliers of the wrong sign, or weights outside their bounds, whose risk counts.
 *
 * @param pull - Room for n numbers.
 */
export function shortfallOf(state: PathState, pull: Float64Array): number {
  const { problem, risk, multipliers } = state;
  const plain = largestMagnitude(risk);
  if (plain > PLAIN_GRADIENT && plain > PLAIN_GRADIENT * state.weightExposure()) {
    return 0;
  }
  state.pull(multipliers, pull);
  let shortfall = largestMiss(state);
  for (let r = 0; r < problem.rowCount; r++) {
    shortfall = Math.max(shortfall, Math.abs(wrongMultiplier(state, r)));
  }
  const { steepness, rest } = gradientOf(state, pull);
  return Math.max(shortfall, rest) / Math.max(VANISHING_GRADIENT, plain, steepness);
}

/** The most risk of a weight outside its bounds. */
function largestMiss({ problem, weights }: PathState): number {
  const { deviations, system } = problem;
  const { lower, upper } = system;
  let largest = 0;
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i];
    const miss = w < lower[i] ? lower[i] - w : w - upper[i];
    if (miss > 0 && miss * deviations[i] > largest) {
      largest = miss * deviations[i];
    }
  }
  return largest;
}

/** The largest part of the gradient that grows with λ, and the most that its sign lets it fall. */
function gradientOf(state: PathState, pull: Float64Array) {
  const { kkt, side, frozen, mean, risk, lambda } = state;
  const { position } = kkt;
  let steepness = 0;
  let rest = 0;
  for (let i = 0; i < mean.length; i++) {
    const slope = lambda * mean[i];
    const gradient = pull[i] + (risk[i] - slope);
    if (Math.abs(slope) > steepness) {
      steepness = Math.abs(slope);
    }
    const wrong = position[i] >= 0 ? Math.abs(gradient) : frozen[i] === 0 ? side[i] * gradient : 0;
    if (wrong > rest) {
      rest = wrong;
    }
  }
  return { steepness, rest };
}

function ratio(violation: number, scale: number): number {
  return scale > 0 ? violation / scale : 0;
}

/** Computes the size of the terms of an asset's gradient. */
function assetScale(state: PathState, asset: number, exposure: number): number {
  const { problem, base, lambda, mean, multipliers } = state;
  const terms = Math.abs(base[asset]) + Math.abs(lambda * mean[asset]);
  const risk = problem.deviations[asset] * exposure;
  return risk + terms + state.pullSizeOn(asset, multipliers);
}

function rowScale(state: PathState, row: number, exposure: number): number {
  return exposure + Math.abs(state.lambda) + Math.abs(state.multipliers[row]);
}

function largestScale(state: PathState, exposure: number): number {
  const { assetCount: n, rowCount: m } = state.problem;
  let largest = 0;
  for (let i = 0; i < n; i++) {
    largest = Math.max(largest, assetScale(state, i, exposure));
  }
  for (let r = 0; r < m; r++) {
    largest = Math.max(largest, rowScale(state, r, exposure));
  }
  return largest;
}

/**
 * Finds the smallest change of the gradient that would make the current point optimal.
 *
 * Multipliers of rows with the wrong sign are set to 0, and their pull is counted in.
 *
 * @returns The change, length n.
 */
export function optimalityGap(state: PathState): Float64Array {
  const { assetCount: n, rowCount: m, system } = state.problem;
  const gap = Float64Array.from(state.misfit);
  for (let r = 0; r < m; r++) {
    const wrong = wrongMultiplier(state, r);
    if (wrong !== 0) {
      state.multipliers[r] = 0;
      for (let i = 0; i < n; i++) {
        gap[i] += wrong * system.coefficients[r * n + i];
      }
    }
  }
  const gradient = new Float64Array(n);
  writeGradient(state, gradient);
  for (let i = 0; i < n; i++) {
    const total = gradient[i] + (state.isFree(i) ? 0 : gap[i]);
    if (canLeave(state, i) && state.side[i] * total > 0) {
      gap[i] -= total;
    }
  }
  return gap;
}

function canLeave({ side, frozen }: PathState, item: number): boolean {
  return side[item] !== 0 && frozen[item] === 0;
}

/** Returns the multiplier of an active row if its sign is wrong, else 0. */
function wrongMultiplier(state: PathState, row: number): number {
  const item = state.problem.assetCount + row;
  const multiplier = state.multipliers[row];
  return canLeave(state, item) && state.side[item] * multiplier < 0 ? multiplier : 0;
}

/** Writes Σw + base − λm + A'ν; it is 0 but for the misfit on free assets. */
function writeGradient(state: PathState, gradient: Float64Array): void {
  const { mean, base, lambda, risk } = state;
  state.pull(state.multipliers, gradient);
  for (let i = 0; i < gradient.length; i++) {
    gradient[i] += risk[i] + base[i] - lambda * mean[i];
  }
}
