import { dot } from "../../linalg/matrix.ts";
import { quickselect } from "../../linalg/order-statistics.ts";
import { tailOf } from "../../risk/measures/drawdown-risk.ts";
import { lossRisk } from "../../risk/measures/loss-risk.ts";
import type { ConvexOptions, ConvexPoint, ConvexProgram } from "../program.ts";
import { portfolioReturns, probabilitiesOf } from "../terms/scenarios.ts";
import { certifyVertex, provenObjective, weightsAt } from "./certify-vertex.ts";
import { type CompiledKinks, compileKinks } from "./compile-kinks.ts";
import {
  type DrawdownModel,
  type DrawdownProgram,
  drawdownModel,
  drawdownProgram,
  type KeptDays,
} from "./drawdown-model.ts";
import type { KinkVertex } from "./kink-program.ts";
import { minimizeKinks } from "./minimize-kinks.ts";

const ROUNDS_MAX = 60;
// Days kept for each in the tail.
const KEPT = 1.5;
// Depths below this share of the largest are not kept.
const DEPTH_MIN = 0.7;
const GAP_MAX = 1e-12;
// With more days in the tail an interior point over all days is faster.
const TAIL_DAYS_MAX = 400;

/**
 * Minimizes a largest or tail drawdown by models of few days, to which the days are added that the
 * portfolios of the models fall on most: cutting planes (Kelley 1960), many a round.
 *
 * @returns Nothing where the program is another one, or the rounds end without a proof.
 */
export function solveDrawdowns(
  program: ConvexProgram,
  options: ConvexOptions,
): ConvexPoint | undefined {
  const given = drawdownProgram(program);
  if (given === undefined || tailDays(given) > TAIL_DAYS_MAX) {
    return undefined;
  }
  const days = given.term.returns.rows + 1;
  const kept = { ends: new Uint8Array(days), peaks: new Uint8Array(days) };
  let path = drawdownPath(given, firstGuess(program));
  let last: Step | undefined;
  let iterations = 0;
  for (let round = 0; round < ROUNDS_MAX && keepWorst(given, path, kept); round++) {
    last = minimizeModel(given, kept, last?.x, options);
    if (last === undefined) {
      return undefined;
    }
    iterations += last.vertex.iterations;
    path = drawdownPath(given, last.x);
    if (isProven(given, path, last)) {
      break;
    }
  }
  return last && certifyVertex(program, last.compiled, { ...last.vertex, iterations });
}

/** The answer of a model. */
interface Step {
  readonly x: Float64Array;
  readonly vertex: KinkVertex;
  readonly compiled: CompiledKinks;
}

/** Whether the weights of a model are as good as it says. */
function isProven(
  { term, weight, linear, constant }: DrawdownProgram,
  { drawdowns }: PeakedPath,
  { x, vertex, compiled }: Step,
): boolean {
  const losses = drawdowns.subarray(1);
  const risk = lossRisk(tailOf(term.measure), losses, probabilitiesOf(term)).value;
  const objective = weight * risk + dot(linear, x) + constant;
  return objective - provenObjective(compiled, vertex) <= GAP_MAX * compiled.objectiveUnit;
}

/** Weights to find the first days by, which need not keep to limits. */
function firstGuess({ system: { lower, upper } }: ConvexProgram): Float64Array {
  const even = 1 / lower.length;
  return lower.map((low, i) => Math.min(Math.max(even, low), upper[i]));
}

/** Minimizes the model of the kept days, from a point within the limits if there is one yet. */
function minimizeModel(
  given: DrawdownProgram,
  kept: KeptDays,
  x: Float64Array | undefined,
  options: ConvexOptions,
): Step | undefined {
  const model = drawdownModel(given, kept);
  const shifted = model === undefined ? undefined : compileKinks(model.program);
  if (model === undefined || shifted === undefined) {
    return undefined;
  }
  const compiled = { ...shifted, constant: given.constant };
  const start = x === undefined ? undefined : withHeights(given, model, kept, x);
  const vertex = minimizeKinks(compiled, start, options);
  return vertex && { x: weightsAt(given.program, compiled, vertex), vertex, compiled };
}

/** The drawdown on each day, 1 after the first return, and the day of its peak. */
interface PeakedPath {
  readonly drawdowns: Float64Array;
  readonly peaks: Int32Array;
}

function drawdownPath({ term }: DrawdownProgram, x: Float64Array): PeakedPath {
  const returns = portfolioReturns(term, x);
  const drawdowns = new Float64Array(returns.length + 1);
  const peaks = new Int32Array(returns.length + 1);
  for (let day = 1; day < drawdowns.length; day++) {
    const drawdown = drawdowns[day - 1] - returns[day - 1];
    drawdowns[day] = Math.max(0, drawdown);
    peaks[day] = drawdown > 0 ? peaks[day - 1] : day;
  }
  return { drawdowns, peaks };
}

/** How many drawdowns decide the measure. */
function tailDays({ term: { measure, returns } }: DrawdownProgram): number {
  return measure.kind === "cdar" ? (1 - measure.level) * returns.rows : 1;
}

/** Keeps the days of the largest drawdowns, and their peaks. Says whether any is new. */
function keepWorst(given: DrawdownProgram, path: PeakedPath, kept: KeptDays): boolean {
  const days =
    given.term.measure.kind === "cdar"
      ? worstDays(path, Math.ceil(KEPT * tailDays(given)))
      : deepestDays(path);
  let isNew = false;
  for (const day of days) {
    const peak = path.peaks[day];
    isNew ||= kept.ends[day] === 0 || kept.peaks[peak] === 0;
    kept.ends[day] = 1;
    kept.peaks[peak] = 1;
  }
  return isNew;
}

/** The days of the largest drawdowns; day 1 if there is none. */
function worstDays({ drawdowns }: PeakedPath, count: number): number[] {
  const least = quickselect(drawdowns.slice(), Math.max(drawdowns.length - count, 0));
  const days: number[] = [];
  for (let day = 1; day < drawdowns.length; day++) {
    if (drawdowns[day] >= least && drawdowns[day] > 0) {
      days.push(day);
    }
  }
  return days.length > 0 ? days : [1];
}

/** The deepest day since each peak, of those that are deep; day 1 if there is no drawdown. */
function deepestDays({ drawdowns, peaks }: PeakedPath): number[] {
  const deepest = new Map<number, number>();
  let most = 0;
  for (let day = 1; day < drawdowns.length; day++) {
    const before = deepest.get(peaks[day]);
    if (drawdowns[day] > (before === undefined ? 0 : drawdowns[before])) {
      deepest.set(peaks[day], day);
      most = Math.max(most, drawdowns[day]);
    }
  }
  const days = [...deepest.values()].filter((day) => drawdowns[day] >= DEPTH_MIN * most);
  return days.length > 0 ? days : [1];
}

/** Adds the heights of the kept peaks to weights. */
function withHeights(
  { sums }: DrawdownProgram,
  { lastPeaks }: DrawdownModel,
  { peaks }: KeptDays,
  x: Float64Array,
): Float64Array {
  const n = x.length;
  const start = new Float64Array(n + lastPeaks.length);
  start.set(x);
  let height = 0;
  let k = 0;
  for (let day = 1; day < peaks.length && k < lastPeaks.length; day++) {
    if (peaks[day] === 0) {
      continue;
    }
    let sum = 0;
    for (let j = 0; j < n; j++) {
      sum += sums[day * n + j] * x[j];
    }
    height = Math.max(height, sum);
    if (day === lastPeaks[k]) {
      start[n + k] = height;
      k += 1;
    }
  }
  return start;
}
