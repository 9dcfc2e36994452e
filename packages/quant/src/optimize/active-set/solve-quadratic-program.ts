import { requireSemidefinite } from "../../linalg/definiteness.ts";
import type { LinearSystem, Multipliers } from "../linear-system.ts";
import { ActiveSet } from "./active-set.ts";
import { certify, objectiveOf } from "./certify.ts";
import type { PhaseEnd } from "./dual-phase.ts";
import { solveFace } from "./extended-face.ts";
import {
  checkProgram,
  type QuadraticProgram,
  type QuadraticProgramOptimum,
  type QuadraticProgramResult,
  type WorkingSet,
} from "./quadratic-program.ts";
import {
  curveSize,
  largest,
  type ScaledProgram,
  type Scaling,
  scaleProgram,
  USUAL_SCALING,
} from "./scaled-program.ts";
import { solveScaled } from "./solve-scaled.ts";

const PROXIMAL_STEP_LIMIT = 60;
// Stationarity that the proximal steps aim at, relative to the gradient.
const STATIONARITY_TARGET = 1e-12;
// Multipliers below this fraction of the largest are no part of a proof.
const PROOF_ZERO = 1e-11;
// A larger residual is a reason to look at the form.
const RESIDUAL_MAX = 1e-6;
// A larger one that stays is a reason too.
const PROVEN_RESIDUAL = 1e-10;
// A larger one is a reason to solve again, ever finer.
const SHARP_RESIDUAL = 1e-11;
const FINER_SCALINGS: readonly Scaling[] = [
  USUAL_SCALING,
  { limitTolerance: 1e-15, signTolerance: 1e-15, proximityMin: 1e-14 },
  { limitTolerance: 1e-15, signTolerance: 1e-20, proximityMin: 1e-20 },
  { limitTolerance: 1e-15, signTolerance: 1e-30, proximityMin: 1e-30 },
];
// Only points this far out, in scaled units, can be on their way for ever.
const FAR_AWAY = 1e4;
// A direction with this share of the proximal term's curvature has none.
const OPEN_SHARE = 1e-3;

/**
 * Solves a convex quadratic program by the active-set method, from nothing or from the working
 * set of a similar one.
 *
 * Every variable gets an added curvature of 1e-10 of the largest, around a center that then
 * moves to the answer, until the term has no part in it: a proximal-point method, which singular
 * H (more assets than days, splits of one weight) need. Where the optimum is not unique, the
 * answer is one close to 0.
 *
 * @param start - A guess of the limits that bind, such as the working set of a previous answer.
 * @throws {ArgumentError} The program is malformed, its numbers are out of range, or H turns out
 *   not to be positive semidefinite.
 * @see Rockafellar (1976), "Monotone operators and the proximal point algorithm",
 *   doi:10.1137/0314056
 */
export function solveQuadraticProgram(
  program: QuadraticProgram,
  start?: WorkingSet,
): QuadraticProgramResult {
  checkProgram(program);
  const first = solveScaledBy(program, USUAL_SCALING, start);
  if (
    first.status === "infeasible" ||
    (first.status === "optimal" && residualOf(first) <= SHARP_RESIDUAL)
  ) {
    return first;
  }
  // The form may be to blame where no answer can be trusted.
  if (first.status !== "optimal" || !(residualOf(first) <= RESIDUAL_MAX)) {
    requireSemidefinite(program.quadratic.matrix, "quadratic form");
  }
  if (first.status === "unbounded") {
    return first;
  }
  const best = sharpest(program, first);
  if (!(residualOf(best) <= PROVEN_RESIDUAL)) {
    requireSemidefinite(program.quadratic.matrix, "quadratic form");
  }
  return best;
}

/** Solves once, in given units. */
function solveScaledBy(
  program: QuadraticProgram,
  scaling: Scaling,
  start: WorkingSet | undefined,
): QuadraticProgramResult {
  const scaled = scaleProgram(program, scaling);
  const crossed = crossedItem(scaled);
  if (crossed >= 0) {
    const proof = new Float64Array(scaled.n + scaled.m);
    proof[crossed] = 1;
    return { status: "infeasible", proof: splitItems(proof, scaled.n) };
  }
  const state = new ActiveSet(scaled);
  const end = approachOptimum(state, start ?? restingSet(scaled));
  switch (end.status) {
    case "done":
      return readOptimum(program, state);
    case "infeasible":
      return { status: "infeasible", proof: readProof(state) };
    case "stalled":
    case "stopped":
      return { status: "stalled" };
    case "unbounded":
      return end;
  }
}

/** Solves again in units of the answer and with finer tolerances, as long as that helps. */
function sharpest(program: QuadraticProgram, first: Candidate): Candidate {
  let best: Candidate = first;
  for (const finer of FINER_SCALINGS) {
    best = betterOf(best, solveFiner(program, finer, best));
    best = betterOf(best, faceOf(program, best));
    if (residualOf(best) <= SHARP_RESIDUAL) {
      return best;
    }
  }
  return best;
}

function faceOf(program: QuadraticProgram, best: Candidate) {
  return best.status === "optimal"
    ? solveFace(program, best, answerSize(program, best.x))
    : undefined;
}

type Candidate = QuadraticProgramOptimum | { readonly status: "stalled" };

function solveFiner(program: QuadraticProgram, finer: Scaling, best: Candidate) {
  if (best.status === "stalled") {
    // From another side: with nothing held.
    const { linear, system } = program;
    return solveScaledBy(program, finer, new Int8Array(linear.length + system.rowLower.length));
  }
  const size = answerSize(program, best.x);
  const scaling = size === undefined ? finer : { ...finer, size };
  return solveScaledBy(program, scaling, best.workingSet);
}

function betterOf(best: Candidate, next: QuadraticProgramResult | undefined): Candidate {
  const isBetter = next?.status === "optimal" && !(residualOf(next) >= residualOf(best));
  return isBetter ? next : best;
}

/** The size of an answer; where it vanishes, that to which the linear term would move it. */
function answerSize({ quadratic, linear }: QuadraticProgram, x: Float64Array): number | undefined {
  const reach = largest(x);
  if (reach > 0) {
    return reach;
  }
  const natural = largest(linear) / curveSize(quadratic);
  return natural > 0 && Number.isFinite(natural) ? natural : undefined;
}

function residualOf(result: Candidate): number {
  return result.status === "stalled"
    ? Number.POSITIVE_INFINITY
    : Math.max(result.certificate.primalResidual, result.certificate.dualResidual);
}

type Approach =
  | { readonly status: PhaseEnd }
  | { readonly status: "unbounded"; readonly ray: Float64Array };

/** Solves with the proximal term, and again from there, until the term has no part in it. */
function approachOptimum(state: ActiveSet, start: WorkingSet): Approach {
  const { n, linear, proximity } = state.program;
  let guess = start;
  let center = new Float64Array(n);
  for (let count = 0; count < PROXIMAL_STEP_LIMIT; count++) {
    for (let j = 0; j < n; j++) {
      state.linear[j] = linear[j] - proximity[j] * center[j];
    }
    const end = solveScaled(state, guess);
    const point = state.value.slice(0, n);
    if (end !== "done" || isStationary(state.program, point, center)) {
      return { status: end };
    }
    const ray = count > 2 ? openRay(state.program, point, center) : undefined;
    if (ray !== undefined) {
      return { status: "unbounded", ray };
    }
    center = point;
    guess = state.workingSet.slice();
  }
  return { status: "done" };
}

/** Whether the proximal term is lost in the gradient. */
function isStationary(scaled: ScaledProgram, point: Float64Array, center: Float64Array): boolean {
  const { matrix, width, columns, curvature, proximity, linear } = scaled;
  let pull = 0;
  let steepness = 0;
  for (let j = 0; j < point.length; j++) {
    const curve = matrix[columns[j] * (width + 1)] + curvature[j];
    pull = Math.max(pull, proximity[j] * Math.abs(point[j] - center[j]));
    steepness = Math.max(steepness, Math.abs(curve * point[j]), Math.abs(linear[j]));
  }
  return pull <= STATIONARITY_TARGET * steepness;
}

/** Finds the direction in which a point goes away for ever, if it does. */
function openRay(scaled: ScaledProgram, point: Float64Array, center: Float64Array) {
  const { matrix, width, columns, curvature, proximity, linear } = scaled;
  let moved = 0;
  let reach = 0;
  for (let j = 0; j < point.length; j++) {
    moved = Math.max(moved, Math.abs(point[j] - center[j]));
    reach = Math.max(reach, Math.abs(point[j]));
  }
  if (reach < FAR_AWAY) {
    return undefined;
  }
  const ray = point.map((value, j) => (value - center[j]) / moved);
  if (isBlocked(scaled, ray)) {
    return undefined;
  }
  let slope = 0;
  let curve = 0;
  let pull = 0;
  for (let j = 0; j < ray.length; j++) {
    slope += linear[j] * ray[j];
    pull += proximity[j] * ray[j] * ray[j];
    curve += (curvature[j] - proximity[j]) * ray[j] * ray[j];
    for (let i = 0; i < ray.length; i++) {
      curve += ray[j] * ray[i] * matrix[columns[j] * width + columns[i]];
    }
  }
  return slope < 0 && curve <= OPEN_SHARE * pull ? ray : undefined;
}

/** Whether a finite bound ends a direction: points can be far away in scaled units without a ray. */
function isBlocked({ lower, upper }: ScaledProgram, ray: Float64Array): boolean {
  return ray.some(
    (entry, j) => Math.abs(entry) > OPEN_SHARE && Number.isFinite(entry > 0 ? upper[j] : lower[j]),
  );
}

/** Variables at the limit next to 0, rows free. */
export function restingSet({ n, m, lower, upper }: ScaledProgram): WorkingSet {
  const set = new Int8Array(n + m);
  for (let j = 0; j < n; j++) {
    const isUpperNearer = Math.abs(upper[j]) < Math.abs(lower[j]);
    set[j] = isUpperNearer ? 1 : Number(Number.isFinite(lower[j])) * -1;
  }
  return set;
}

function crossedItem({ lower, upper }: ScaledProgram): number {
  return lower.findIndex((limit, item) => limit > upper[item]);
}

/** Reads the combination of limits that contradicts itself off the last direction. */
function readProof(state: ActiveSet): Multipliers {
  const { n, rowSize } = state.program;
  let largest = 0;
  for (const rate of state.multiplierRate) {
    largest = Math.max(largest, Math.abs(rate));
  }
  const rates = state.multiplierRate.map((rate, item) =>
    Math.abs(rate) <= PROOF_ZERO * largest ? 0 : rate / (item < n ? 1 : rowSize[item - n]),
  );
  return splitItems(rates, n);
}

function splitItems(values: Float64Array, n: number): Multipliers {
  return { bounds: values.slice(0, n), rows: values.slice(n) };
}

function readOptimum(program: QuadraticProgram, state: ActiveSet): QuadraticProgramOptimum {
  const { n, size, slope, rowSize } = state.program;
  const { lower, upper }: LinearSystem = program.system;
  const x = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    const value = state.value[j] * size;
    x[j] = Math.min(upper[j], Math.max(lower[j], value));
  }
  const prices = state.multiplier.map((value, item) => {
    const side = state.workingSet[item];
    const isWrong = value * side > 0 && !state.isEquality(item);
    return isWrong || side === 0 ? 0 : (value * slope) / (item < n ? 1 : rowSize[item - n]);
  });
  const multipliers = splitItems(prices, n);
  return {
    status: "optimal",
    x,
    objective: objectiveOf(program, x),
    multipliers,
    certificate: certify(program, x, multipliers, state.iterations),
    workingSet: state.workingSet.slice(),
  };
}
