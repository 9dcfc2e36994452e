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
  let worst = 0;
  let largestViolation = 0;
  let largestScale = 0;
  forEachViolation(state, (violation, scale) => {
    worst = Math.max(worst, scale > 0 ? violation / scale : 0);
    largestViolation = Math.max(largestViolation, violation);
    largestScale = Math.max(largestScale, scale);
  });
  return { worst, overall: largestScale > 0 ? largestViolation / largestScale : 0 };
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

function forEachViolation(state: PathState, visit: (violation: number, scale: number) => void) {
  const { problem, mean, base, misfit, lambda, side, multipliers } = state;
  const { assetCount: n, rowCount: m, deviations } = problem;
  const exposure = state.weightExposure();
  const gradient = new Float64Array(n);
  const pullSize = new Float64Array(n);
  writeGradient(state, gradient);
  state.pull(multipliers.map(Math.abs), pullSize);
  for (let i = 0; i < n; i++) {
    const terms = Math.abs(base[i]) + Math.abs(lambda * mean[i]) + pullSize[i];
    const scale = deviations[i] * exposure + terms;
    if (state.isFree(i)) {
      visit(Math.abs(misfit[i]), scale);
    } else if (canLeave(state, i)) {
      visit(Math.max(0, side[i] * gradient[i]), scale);
    }
  }
  for (let r = 0; r < m; r++) {
    const scale = exposure + Math.abs(lambda) + Math.abs(multipliers[r]);
    visit(Math.abs(wrongMultiplier(state, r)), scale);
  }
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
