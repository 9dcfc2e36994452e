import type { Vertex } from "../starting-vertex.ts";
import { AT_LOWER, AT_UPPER, PathState } from "./path-state.ts";
import { startFrom } from "./rebuild.ts";
import type { ScaledProblem } from "./scaled-problem.ts";

/** Places the state at a vertex, with the objective still unset. */
export function stateAtVertex(problem: ScaledProblem, vertex: Vertex): PathState {
  const { assetCount: n, rowCount: m } = problem;
  const state = new PathState(problem, vertex);
  startFrom(
    state,
    vertex.freeAssets,
    vertex.activeRows.map((row) => n + row),
  );
  freezeEqualities(state);
  for (let item = 0; item < n + m; item++) {
    const held = item < n ? !state.isFree(item) : state.isActive(item - n);
    state.side[item] = held ? nearerBound(state, item) : 0;
  }
  state.covarianceTimes(state.weights, state.risk);
  return state;
}

/** Freezes the constraints that may never be dropped, and no others. */
export function freezeEqualities(state: PathState): void {
  for (let item = 0; item < state.frozen.length; item++) {
    state.frozen[item] = state.lowerOf(item) === state.upperOf(item) ? 1 : 0;
  }
}

function nearerBound(state: PathState, item: number): number {
  const n = state.problem.assetCount;
  const value = item < n ? state.weights[item] : state.rowSum(item - n, state.weights);
  const room = state.upperOf(item) - value;
  return value - state.lowerOf(item) <= room ? AT_LOWER : AT_UPPER;
}

/**
 * Sets the objective for a path that starts at λ = ∞ from the current point, which must
 * maximize it. The state is then extrapolated to λ = 0 along the constant first segment.
 */
export function setObjective(state: PathState, mean: Float64Array): void {
  state.mean = mean;
  state.lambda = 0;
  state.misfit.fill(0);
  state.weightSlope.fill(0);
  state.riskSlope.fill(0);
  solveMultipliers(state, mean, 1, state.multiplierSlope);
  solveMultipliers(state, state.risk, -1, state.multipliers);
}

/** Computes the slope at the current point afresh, after a change of objective. */
export function resetSlope(state: PathState): void {
  const { kkt, problem, mean, weightSlope, riskSlope, multiplierSlope } = state;
  const n = problem.assetCount;
  const target = new Float64Array(kkt.size);
  const solution = new Float64Array(kkt.size);
  for (let a = 0; a < kkt.size; a++) {
    target[a] = kkt.items[a] < n ? mean[kkt.items[a]] : 0;
  }
  kkt.multiply(target, solution);
  weightSlope.fill(0);
  multiplierSlope.fill(0);
  for (let a = 0; a < kkt.size; a++) {
    const item = kkt.items[a];
    if (item < n) {
      weightSlope[item] = solution[a];
    } else {
      multiplierSlope[item - n] = solution[a];
    }
  }
  state.covarianceTimes(weightSlope, riskSlope);
}

/** Writes the multipliers ν of Σ_FF·x + A'ν = sign·values, A·x = 0. */
function solveMultipliers(
  { kkt, problem }: PathState,
  values: Float64Array,
  sign: number,
  multipliers: Float64Array,
): void {
  const n = problem.assetCount;
  const target = new Float64Array(kkt.size);
  const solution = new Float64Array(kkt.size);
  for (let a = 0; a < kkt.size; a++) {
    target[a] = kkt.items[a] < n ? sign * values[kkt.items[a]] : 0;
  }
  kkt.multiply(target, solution);
  multipliers.fill(0);
  for (let a = 0; a < kkt.size; a++) {
    if (kkt.items[a] >= n) {
      multipliers[kkt.items[a] - n] = solution[a];
    }
  }
}
