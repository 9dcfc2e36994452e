import type { PathState } from "./path-state.ts";

/** By how much a point misses optimality. */
export interface OptimalityError {
  /** Relative to the terms of the gradient of the same asset, the largest. */
  readonly worst: number;
  /** The largest violation relative to the largest terms. */
  readonly overall: number;
}

/** Measures the misfit of free assets and multipliers of the wrong sign at the current point. */
export function optimalityError(state: PathState): OptimalityError {
  const { problem, mean, base, risk, lambda, multipliers } = state;
  const { assetCount: n, rowCount: m, deviations } = problem;
  const exposure = state.weightExposure();
  let worst = 0;
  let largestViolation = 0;
  let largestScale = 0;
  for (let item = 0; item < n + m; item++) {
    let scale = exposure + Math.abs(lambda) + Math.abs(multipliers[item - n]);
    let violation = 0;
    if (item < n) {
      const pull = state.pullOn(item, multipliers);
      const terms = Math.abs(base[item]) + Math.abs(lambda * mean[item]);
      scale = deviations[item] * exposure + terms + state.pullSizeOn(item, multipliers);
      violation = assetViolation(
        state,
        item,
        pull + (risk[item] + base[item] - lambda * mean[item]),
      );
    } else {
      violation = Math.abs(wrongMultiplier(state, item - n));
    }
    worst = Math.max(worst, scale > 0 ? violation / scale : 0);
    largestViolation = Math.max(largestViolation, violation);
    largestScale = Math.max(largestScale, scale);
  }
  return { worst, overall: largestScale > 0 ? largestViolation / largestScale : 0 };
}

/** Computes the misfit of a free asset, or by how much the gradient of a held one has the wrong sign. */
function assetViolation(state: PathState, asset: number, gradient: number): number {
  if (state.isFree(asset)) {
    return Math.abs(state.misfit[asset]);
  }
  return canLeave(state, asset) ? Math.max(0, state.side[asset] * gradient) : 0;
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
