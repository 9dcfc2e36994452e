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
  /** Whether it is the point that is refined, and not the slope. */
  readonly isPoint: boolean;
}

/**
 * Refines the slope of the current segment against Σ itself.
 *
 * @returns Whether K⁻¹ is still good enough to do so.
 */
export function refineSlope(state: PathState): boolean {
  const equation: Equation = {
    weights: state.weightSlope,
    risk: state.riskSlope,
    multipliers: state.multiplierSlope,
    isPoint: false,
  };
  return refine(state, equation, writeResidual(state, equation), false);
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
  const { kkt, problem, misfit } = state;
  const equation: Equation = {
    weights: state.weights,
    risk: state.risk,
    multipliers: state.multipliers,
    isPoint: true,
  };
  misfit.fill(0);
  const error = writeResidual(state, equation);
  if (error <= RESIDUAL_TOLERANCE) {
    return true;
  }
  const { residual, correction } = state.room;
  kkt.multiply(residual, correction);
  if (!movesFar(state)) {
    return refine(state, equation, error, true);
  }
  for (let a = 0; a < kkt.size; a++) {
    if (kkt.items[a] < problem.assetCount) {
      misfit[kkt.items[a]] = residual[a];
    }
  }
  return refine(state, equation, writeResidual(state, equation), false);
}

function movesFar({ kkt, problem, room }: PathState): boolean {
  for (let a = 0; a < kkt.size; a++) {
    const isAsset = kkt.items[a] < problem.assetCount;
    if (isAsset && Math.abs(room.correction[a]) > LARGEST_CORRECTION) {
      return true;
    }
  }
  return false;
}

/**
 * Corrects the vectors by their residual as long as that helps.
 *
 * @param isSolved - Whether the first correction is there.
 */
function refine(state: PathState, equation: Equation, first: number, isSolved: boolean): boolean {
  const { residual, correction } = state.room;
  let error = first;
  for (let count = 0; count < REFINEMENT_STEPS && error > RESIDUAL_TOLERANCE; count++) {
    if (count > 0 || !isSolved) {
      state.kkt.multiply(residual, correction);
    }
    applyCorrection(state, equation, 1);
    const rest = writeResidual(state, equation);
    if (!(rest < error)) {
      applyCorrection(state, equation, -1);
      break;
    }
    error = rest;
  }
  return error <= DRIFT_TOLERANCE;
}

/** Writes target − K·(x; ν) and returns its largest entry relative to its terms. */
function writeResidual(state: PathState, equation: Equation): number {
  const { kkt, problem, room, mean, base, misfit, lambda } = state;
  const { assetCount: n, deviations } = problem;
  const { coefficients } = problem.system;
  const { weights, risk, multipliers, isPoint } = equation;
  const { exposure, largestWeight } = sizesOf(state, weights);
  const { residual, scales } = room;
  const { items, size } = kkt;
  let largestScale = 0;
  for (let a = 0; a < size; a++) {
    const item = items[a];
    if (item >= n) {
      residual[a] = (isPoint ? heldAt(state, item) : 0) - state.rowSum(item - n, weights);
      continue;
    }
    const wanted = isPoint ? lambda * mean[item] - base[item] - misfit[item] : mean[item];
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
  }
  return worstResidual(state, VANISHING * largestScale, largestWeight);
}

/** Bound that holds an active row. */
function heldAt(state: PathState, item: number): number {
  return state.side[item] < 0 ? state.lowerOf(item) : state.upperOf(item);
}

function worstResidual(
  { kkt, problem, room }: PathState,
  leastScale: number,
  largestWeight: number,
): number {
  const { residual, scales } = room;
  const { items, size } = kkt;
  let worst = 0;
  for (let a = 0; a < size; a++) {
    const isAsset = items[a] < problem.assetCount;
    const scale = isAsset ? Math.max(scales[a], leastScale) : largestWeight;
    worst = Math.max(worst, scale > 0 ? Math.abs(residual[a]) / scale : 0);
  }
  return worst;
}

function sizesOf(state: PathState, weights: Float64Array) {
  return weights === state.weightSlope
    ? { exposure: state.slopeExposure(), largestWeight: state.largestSlope() }
    : { exposure: state.exposure(weights), largestWeight: largestMagnitude(weights) };
}

function applyCorrection(state: PathState, equation: Equation, factor: number): void {
  const { kkt, problem, room } = state;
  const { correction, change, changeOfRisk } = room;
  const n = problem.assetCount;
  change.fill(0);
  for (let a = 0; a < kkt.size; a++) {
    const item = kkt.items[a];
    if (item < n) {
      change[item] = factor * correction[a];
    } else {
      equation.multipliers[item - n] += factor * correction[a];
    }
  }
  state.covarianceTimes(change, changeOfRisk);
  addMultiple(equation.weights, 1, change);
  addMultiple(equation.risk, 1, changeOfRisk);
}

/** Computes Σw and Σ·slope afresh, without the rounding gathered from step to step. */
export function recomputeRisk(state: PathState): void {
  state.covarianceTimes(state.weights, state.risk);
  state.covarianceTimes(state.weightSlope, state.riskSlope);
}
