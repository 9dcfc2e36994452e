import { addMultiple, type PathState } from "./path-state.ts";

const RESIDUAL_TOLERANCE = 1e-13;
const DRIFT_TOLERANCE = 1e-9;
const REFINEMENT_STEPS = 3;
// A residual up to this may be rounding. If to correct it would move weights by more than the
// second number, Σ hardly sees the direction, and it is rounding.
const ABSORBED_RESIDUAL = 1e-11;
const LARGEST_CORRECTION = 1e-9;

/** What one set of vectors of the state must satisfy: K·(x; ν) = target. */
interface Equation {
  readonly weights: Float64Array;
  readonly risk: Float64Array;
  readonly multipliers: Float64Array;
  /** Target of a free asset: `objective` times its mean. */
  readonly objective: number;
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
    objective: 1,
    rowTarget: () => 0,
  });
}

/**
 * Refines the current point so that it meets its active rows and is stationary.
 *
 * Along a direction that Σ hardly sees, rounding of the gradient would move the weights far.
 * There the weights stay, and the rest of the gradient, itself no more than rounding, is
 * counted as a part of the problem (`riskOffset`).
 *
 * @returns Whether K⁻¹ is still good enough to do so.
 */
export function refinePoint(state: PathState): boolean {
  const equation: Equation = {
    weights: state.weights,
    risk: state.risk,
    multipliers: state.multipliers,
    objective: state.lambda,
    rowTarget: (item) => (state.side[item] < 0 ? state.lowerOf(item) : state.upperOf(item)),
  };
  const { kkt, problem } = state;
  addMultiple(state.risk, -1, state.riskOffset);
  state.riskOffset.fill(0);
  const residual = new Float64Array(kkt.size);
  const error = writeResidual(state, equation, residual);
  if (error <= RESIDUAL_TOLERANCE) {
    return true;
  }
  const correction = new Float64Array(kkt.size);
  kkt.multiply(residual, correction);
  const moved = correction.some(
    (change, a) => kkt.items[a] < problem.assetCount && Math.abs(change) > LARGEST_CORRECTION,
  );
  if (moved && error <= ABSORBED_RESIDUAL) {
    absorbResidual(state, residual);
  }
  return refine(state, equation);
}

function absorbResidual(state: PathState, residual: Float64Array): void {
  const { kkt, problem, risk, riskOffset } = state;
  for (let a = 0; a < kkt.size; a++) {
    const item = kkt.items[a];
    if (item < problem.assetCount) {
      risk[item] += residual[a];
      riskOffset[item] += residual[a];
    }
  }
}

function refine(state: PathState, equation: Equation): boolean {
  const residual = new Float64Array(state.kkt.size);
  const correction = new Float64Array(state.kkt.size);
  for (let count = 0; ; count++) {
    const error = writeResidual(state, equation, residual);
    if (error <= RESIDUAL_TOLERANCE) {
      return true;
    }
    if (count === REFINEMENT_STEPS) {
      return error <= DRIFT_TOLERANCE;
    }
    state.kkt.multiply(residual, correction);
    applyCorrection(state, equation, correction);
  }
}

/** Writes target − K·(x; ν) and returns its largest entry relative to its terms. */
function writeResidual(state: PathState, equation: Equation, residual: Float64Array): number {
  const { kkt, problem, mean } = state;
  const { assetCount: n, deviations } = problem;
  const { weights, risk, multipliers, objective, rowTarget } = equation;
  const pull = new Float64Array(n);
  const pullSize = new Float64Array(n);
  state.pull(multipliers, pull);
  state.pull(multipliers.map(Math.abs), pullSize);
  const exposure = state.exposure(weights);
  const largestWeight = weights.reduce((size, w) => Math.max(size, Math.abs(w)), 0);
  let worst = 0;
  for (let a = 0; a < kkt.size; a++) {
    const item = kkt.items[a];
    let scale = 1;
    if (item < n) {
      const wanted = objective * mean[item];
      residual[a] = wanted - risk[item] - pull[item];
      scale = deviations[item] * exposure + Math.abs(wanted) + pullSize[item];
    } else {
      residual[a] = rowTarget(item) - state.rowSum(item - n, weights);
      scale = largestWeight;
    }
    worst = Math.max(worst, scale > 0 ? Math.abs(residual[a]) / scale : 0);
  }
  return worst;
}

function applyCorrection(state: PathState, equation: Equation, correction: Float64Array): void {
  const { kkt, problem } = state;
  const n = problem.assetCount;
  const change = new Float64Array(n);
  for (let a = 0; a < kkt.size; a++) {
    const item = kkt.items[a];
    if (item < n) {
      change[item] = correction[a];
      equation.weights[item] += correction[a];
    } else {
      equation.multipliers[item - n] += correction[a];
    }
  }
  const changeOfRisk = new Float64Array(n);
  state.covarianceTimes(change, changeOfRisk);
  addMultiple(equation.risk, 1, changeOfRisk);
}

/** Computes Σw and Σ·slope afresh, without the rounding gathered from step to step. */
export function recomputeRisk(state: PathState): void {
  state.riskOffset.fill(0);
  state.covarianceTimes(state.weights, state.risk);
  state.covarianceTimes(state.weightSlope, state.riskSlope);
}
