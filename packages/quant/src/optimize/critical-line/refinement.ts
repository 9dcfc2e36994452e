import { addMultiple, largestMagnitude, type PathState } from "./path-state.ts";

const RESIDUAL_TOLERANCE = 1e-13;
const DRIFT_TOLERANCE = 1e-9;
const REFINEMENT_STEPS = 3;
// The terms of an asset's equation can all be rounding (no variance, a mean in the middle).
// They are measured against this fraction of the terms of others at least.
const VANISHING = 1e-8;
// To correct rounding moves weights by less than this. More says that Σ hardly sees a direction.
const LARGEST_CORRECTION = 1e-11;

/** What one set of vectors of the state must satisfy: K·(x; ν) = target. */
interface Equation {
  readonly weights: Float64Array;
  readonly risk: Float64Array;
  readonly multipliers: Float64Array;
  /** Target of a free asset. */
  readonly target: (asset: number) => number;
  /** Target sum of an active row. */
  readonly rowTarget: (item: number) => number;
}

/**
 * Refines the slope of the current segment against Σ itself.
 *
 * @returns Whether K⁻¹ is still good enough to do so.
 */
export function refineSlope(state: PathState): boolean {
  return refine(state, {
    weights: state.weightSlope,
    risk: state.riskSlope,
    multipliers: state.multiplierSlope,
    target: (asset) => state.mean[asset],
    rowTarget: () => 0,
  });
}

/**
 * Refines the current point so that it meets its active rows and is stationary.
 *
 * Along a direction that Σ hardly sees, a rest of the gradient would move the weights far,
 * perhaps across a bound. There they stay, and the rest is kept as `misfit`.
 *
 * @returns Whether K⁻¹ is still good enough to do so.
 */
export function refinePoint(state: PathState): boolean {
  const { kkt, problem, base, misfit, mean, lambda } = state;
  const equation: Equation = {
    weights: state.weights,
    risk: state.risk,
    multipliers: state.multipliers,
    target: (asset) => lambda * mean[asset] - base[asset] - misfit[asset],
    rowTarget: (item) => (state.side[item] < 0 ? state.lowerOf(item) : state.upperOf(item)),
  };
  misfit.fill(0);
  const residual = new Float64Array(kkt.size);
  if (writeResidual(state, equation, residual) <= RESIDUAL_TOLERANCE) {
    return true;
  }
  const correction = new Float64Array(kkt.size);
  kkt.multiply(residual, correction);
  const isAsset = (line: number) => kkt.items[line] < problem.assetCount;
  if (correction.some((change, a) => isAsset(a) && Math.abs(change) > LARGEST_CORRECTION)) {
    for (let a = 0; a < kkt.size; a++) {
      if (isAsset(a)) {
        misfit[kkt.items[a]] = residual[a];
      }
    }
  }
  return refine(state, equation);
}

/** Corrects the vectors by their residual as long as that helps. */
function refine(state: PathState, equation: Equation): boolean {
  const residual = new Float64Array(state.kkt.size);
  const correction = new Float64Array(state.kkt.size);
  let error = writeResidual(state, equation, residual);
  for (let count = 0; count < REFINEMENT_STEPS && error > RESIDUAL_TOLERANCE; count++) {
    state.kkt.multiply(residual, correction);
    applyCorrection(state, equation, correction, 1);
    const rest = writeResidual(state, equation, residual);
    if (!(rest < error)) {
      applyCorrection(state, equation, correction, -1);
      break;
    }
    error = rest;
  }
  return error <= DRIFT_TOLERANCE;
}

/** Writes target − K·(x; ν) and returns its largest entry relative to its terms. */
function writeResidual(state: PathState, equation: Equation, residual: Float64Array): number {
  const { kkt, problem } = state;
  const { assetCount: n, deviations } = problem;
  const { coefficients } = problem.system;
  const { weights, risk, multipliers, target, rowTarget } = equation;
  const { exposure, largestWeight } = sizesOf(state, weights);
  const scales = new Float64Array(kkt.size);
  let largestScale = 0;
  for (let a = 0; a < kkt.size; a++) {
    const item = kkt.items[a];
    if (item < n) {
      const wanted = target(item);
      let pull = 0;
      let pullSize = 0;
      for (let r = 0; r < multipliers.length; r++) {
        const term = multipliers[r] * coefficients[r * n + item];
        pull += term;
        pullSize += Math.abs(term);
      }
      residual[a] = wanted - risk[item] - pull;
      scales[a] = deviations[item] * exposure + Math.abs(wanted) + pullSize;
      largestScale = Math.max(largestScale, scales[a]);
    } else {
      residual[a] = rowTarget(item) - state.rowSum(item - n, weights);
    }
  }
  let worst = 0;
  for (let a = 0; a < kkt.size; a++) {
    const isAsset = kkt.items[a] < n;
    const scale = isAsset ? Math.max(scales[a], VANISHING * largestScale) : largestWeight;
    worst = Math.max(worst, scale > 0 ? Math.abs(residual[a]) / scale : 0);
  }
  return worst;
}

function sizesOf(state: PathState, weights: Float64Array) {
  return weights === state.weightSlope
    ? { exposure: state.slopeExposure(), largestWeight: state.largestSlope() }
    : { exposure: state.exposure(weights), largestWeight: largestMagnitude(weights) };
}

function applyCorrection(
  state: PathState,
  equation: Equation,
  correction: Float64Array,
  factor: number,
): void {
  const { kkt, problem } = state;
  const n = problem.assetCount;
  const change = new Float64Array(n);
  for (let a = 0; a < kkt.size; a++) {
    const item = kkt.items[a];
    if (item < n) {
      change[item] = factor * correction[a];
    } else {
      equation.multipliers[item - n] += factor * correction[a];
    }
  }
  const changeOfRisk = new Float64Array(n);
  state.covarianceTimes(change, changeOfRisk);
  addMultiple(equation.weights, 1, change);
  addMultiple(equation.risk, 1, changeOfRisk);
}

/** Computes Σw and Σ·slope afresh, without the rounding gathered from step to step. */
export function recomputeRisk(state: PathState): void {
  state.covarianceTimes(state.weights, state.risk);
  state.covarianceTimes(state.weightSlope, state.riskSlope);
}
