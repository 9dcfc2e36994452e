import { dot } from "../linalg/matrix.ts";
import { expandProgram, type TermExpansion } from "./curved-program.ts";
import type { ConvexOptions, ConvexProgram, ConvexResult } from "./program.ts";
import { partsOf, replaceTerms, type SolveModel } from "./term-models.ts";
import {
  isRanked,
  isRankedTail,
  type RankedModel,
  type RankedTerm,
  rankedModel,
  rankedStart,
  rankedTail,
  smoothRanked,
} from "./terms/ranked-term.ts";
import { portfolioReturns } from "./terms/scenarios.ts";
import type { ConvexTerm } from "./terms/term-forms.ts";

// The width of the smoothing, relative to the spread of returns: first, factor, last.
const WIDTH_FIRST = 0.3;
const WIDTH_FACTOR = 0.25;
const WIDTH_LAST = 1e-4;
const MODELS_MAX = 60;
const SMOOTH_TOLERANCE = 1e-7;
const TAIL_TOLERANCE = 1e-3;

/** Replaces measures of ranks only. */
function replaceMeasures(program: ConvexProgram, replace: (term: RankedTerm) => ConvexTerm) {
  return replaceTerms(program, (term) => (isRanked(term) ? replace(term) : term));
}

/**
 * Solves a program with measures of ranks, such as Gini's mean difference, without writing out
 * all pairs, or all scenarios for every rank.
 *
 * Newton's method on the smoothed measure, its width falling, leads near the solution: each step
 * has the tangent for the measure and its curvature in the objective. A measure of a tail has too few
 * scenarios for that: fewer sums of the largest losses stand for it. Then the models of
 * `rankedModel`, exact but for the ranks of far scenarios, are solved until the ranks hold. A model
 * is nowhere above the measure, so its multipliers bound the program's objective too.
 */
export function solveByRanks(
  program: ConvexProgram,
  solve: SolveModel,
  options: ConvexOptions,
): ConvexResult {
  const rough = { ...options, tolerance: SMOOTH_TOLERANCE, isRough: true };
  const start = solve(replaceMeasures(program, rankedStart), program, rough);
  if ("x" in start) {
    const near = tailRound(program, smoothRounds(program, start, { solve, options }), {
      solve,
      options: { ...options, tolerance: TAIL_TOLERANCE },
    });
    const result = modelRounds(program, near, { solve, options });
    return result.status === "inaccurate"
      ? solveFromLeast(program, result, { solve, options })
      : result;
  }
  return solveFromLeast(program, start, { solve, options });
}

/** Where a limit on a measure is near its least value or below it, starts from that value. */
function solveFromLeast(
  program: ConvexProgram,
  failed: ConvexResult,
  { solve, options }: Rounds,
): ConvexResult {
  const { system, limits = [] } = program;
  const limited = limits.findIndex((limited) =>
    partsOf({ system, limits: [limited] }).some(isRanked),
  );
  if (limited === -1) {
    return failed;
  }
  const { term, limit } = limits[limited];
  const least = solveByRanks({ system, terms: [{ weight: 1, term }] }, solve, options);
  const isProof =
    "x" in least &&
    least.status === "optimal" &&
    least.objective > limit + INFEASIBLE_MIN * Math.abs(limit);
  if (least.status === "infeasible" || isProof) {
    const shares = Float64Array.from(limits, (_, j) => (isProof && j === limited ? 1 : 0));
    return { status: "infeasible", multipliers: { ...least.multipliers, limits: shares } };
  }
  if (!("x" in least)) {
    return least;
  }
  const step = TIGHT_MOVE * spreadOf(program, least.x);
  return modelRounds(program, { x: least.x, step }, { solve, options });
}

// How far returns may move, relative to their spread, in the small region of a tight limit.
const TIGHT_MOVE = 0.015;
// A least value this far above its limit, relatively, proves that there is no portfolio.
const INFEASIBLE_MIN = 1e-8;

interface Rounds {
  readonly solve: SolveModel;
  readonly options: ConvexOptions;
}

/** A portfolio, and how far a return has moved in the last step to it. */
interface NearPoint {
  readonly x: Float64Array;
  readonly step: number;
}

function smoothRounds(
  program: ConvexProgram,
  start: Extract<ConvexResult, { readonly x: Float64Array }>,
  { solve, options }: Rounds,
): NearPoint {
  const spread = spreadOf(program, start.x);
  let near: NearPoint = { x: start.x, step: spread * WIDTH_FIRST };
  let multipliers = start.multipliers.limits;
  for (let width = WIDTH_FIRST; spread > 0 && width > WIDTH_LAST; width *= WIDTH_FACTOR) {
    const model = tangentProgram(program, near.x, { width: width * spread, multipliers });
    if (model === undefined) {
      break;
    }
    const result = solve(model, program, {
      ...options,
      tolerance: SMOOTH_TOLERANCE,
      isRough: true,
    });
    // The smoothed measure is above the measure, so a tight limit needs a small width.
    if ("x" in result) {
      multipliers = result.multipliers.limits;
      near = { x: result.x, step: largestMove(program, near.x, result.x) };
    } else {
      near = { ...near, step: TIGHT_MOVE * spread };
    }
  }
  return near;
}

/** Where measures weigh a few scenarios only, no width is small beside their distances. */
function tailRound(program: ConvexProgram, near: NearPoint, { solve, options }: Rounds): NearPoint {
  if (!partsOf(program).some((term) => isRanked(term) && isRankedTail(term))) {
    return near;
  }
  const model = replaceMeasures(program, (term) => rankedTail(term, near.x));
  const result = solve(model, program, { ...options, isRough: true });
  return "x" in result ? { x: result.x, step: largestMove(program, near.x, result.x) } : near;
}

/** Replaces the measures by models in which far scenarios keep their ranks, until they do. */
function modelRounds(
  program: ConvexProgram,
  { x, step }: NearPoint,
  { solve, options }: Rounds,
): ConvexResult {
  let at = x;
  let near = 2 * step;
  let models = new Map<RankedTerm, RankedModel>();
  for (let round = 1; ; round++) {
    const before = models;
    models = new Map();
    const model = replaceMeasures(program, (term) => {
      const made = rankedModel(term, at, { near, before: before.get(term) });
      models.set(term, made);
      return made;
    });
    const result = solve(model, program, options);
    if (result.status !== "inaccurate" || round === MODELS_MAX) {
      return result;
    }
    near = Math.min(near, 2 * largestMove(program, at, result.x));
    at = result.x;
  }
}

/** Replaces the measures by their tangents, with their curvature in the objective. */
function tangentProgram(
  program: ConvexProgram,
  x: Float64Array,
  { width, multipliers }: { readonly width: number; readonly multipliers: Float64Array },
): ConvexProgram | undefined {
  let isThin = false;
  const expand = (term: ConvexTerm): TermExpansion | undefined => {
    if (!isRanked(term)) {
      return;
    }
    const { value, gradient: slope, hessian, pairs } = smoothRanked(term, x, width);
    isThin ||= pairs < PAIRS_AN_ASSET * x.length;
    return { model: { kind: "affine", slope, offset: value - dot(slope, x) }, hessian };
  };
  const { curved } = expandProgram(program, x, { multipliers, expand });
  return isThin ? undefined : curved;
}

// Below so many curved pairs an asset the curvature no longer stands for the measure.
const PAIRS_AN_ASSET = 5;

function measuresOf(program: ConvexProgram): RankedTerm[] {
  return partsOf(program).filter(isRanked);
}

/** The root mean square of the portfolio's returns about 0, the largest of the measures'. */
function spreadOf(program: ConvexProgram, x: Float64Array): number {
  let spread = 0;
  for (const term of measuresOf(program)) {
    const returns = portfolioReturns(term, x);
    let squares = 0;
    for (let t = 0; t < returns.length; t++) {
      squares += returns[t] * returns[t];
    }
    spread = Math.max(spread, Math.sqrt(squares / returns.length));
  }
  return spread;
}

function largestMove(program: ConvexProgram, from: Float64Array, to: Float64Array): number {
  const move = to.map((value, i) => value - from[i]);
  let largest = 0;
  for (const term of measuresOf(program)) {
    const returns = portfolioReturns(term, move);
    for (let t = 0; t < returns.length; t++) {
      largest = Math.max(largest, Math.abs(returns[t]));
    }
  }
  return largest;
}
