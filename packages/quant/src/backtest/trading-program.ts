import type { WorkingSet } from "../optimize/active-set/quadratic-program.ts";
import type { SeparableProgram } from "../optimize/active-set/separable-program.ts";
import {
  type SeparableProgramOptimum,
  solveSeparableProgram,
} from "../optimize/active-set/solve-separable-program.ts";
import type { Certificate } from "../optimize/linear-system.ts";

/** A separable program with Σ impactⱼ·|xⱼ|^1.5 added to its objective. */
export interface TradingProgram extends SeparableProgram {
  /** Length n, at least 0. */
  readonly impact: Float64Array;
  /** How far each x may be from the optimum, length n: what bounds the gap. */
  readonly reach: Float64Array;
}

export interface TradingOptions {
  /** Working set of an answer to a similar program. */
  readonly start?: WorkingSet | undefined;
  /** Asked after each quadratic program; true ends with the point reached. */
  readonly shouldStop?: (() => boolean) | undefined;
}

/** What became of a trading program. */
export type TradingResult =
  | {
      readonly status: "optimal" | "inaccurate" | "stopped";
      readonly x: Float64Array;
      /** Its gap bounds the distance from the optimum in value. */
      readonly certificate: Certificate;
      readonly workingSet: WorkingSet;
    }
  | { readonly status: "infeasible" | "unbounded" | "stalled" };

const ALGORITHM = "sequential-quadratic/1";
const ITERATIONS_MAX = 80;
const GAP_AIM = 1e-10;
const GAP_MAX = 1e-9;
// Where a model is made for an x of 0: with less curvature than at 0 itself, which is infinite.
const SIZE_MIN = 1e-12;
// Their error is theirs times the trades times the reach: below what is aimed at.
const CURVATURES_ADDED = [1e-12, 1e-11, 1e-10];
// Trades below this are none.
const TRADE_MIN = 1e-13;
// Newton's model is used where the last step was a smaller part of x.
const NEWTON_STEP_MAX = 0.2;

/**
 * Solves a trading program by quadratic programs, in which parabolas stand for the impact.
 *
 * Far from the solution the parabola κx²/2 with κ = 1.5·impact/√|x| is used, which lies above
 * |x|^1.5 but for a constant and touches it at x: each step improves, and halves the error of ln x.
 * Where x has settled, Newton's parabola takes over. What the parabolas' slopes miss at the new point
 * is the error of its optimality conditions; times how far each x can move, it bounds the error in
 * the objective.
 *
 * @throws {ArgumentError} The program is malformed, or its numbers are out of range.
 * @see Hunter & Lange (2004), "A Tutorial on MM Algorithms", doi:10.1198/0003130042836
 */
export function solveTradingProgram(
  program: TradingProgram,
  options: TradingOptions = {},
): TradingResult {
  const n = program.linear.length;
  // The first model is made for trades of a tenth.
  let models = modelsAt(program.impact, new Float64Array(n).fill(0.1), new Float64Array(n));
  let start = options.start;
  let last: Float64Array | undefined;
  for (let iterations = 1; ; iterations++) {
    const answer = solveWithModels(program, models, start);
    if (answer.status !== "optimal") {
      return { status: answer.status };
    }
    // The slope of |x|^1.5 at the rounding of a trade that is not made is no rounding.
    const x = answer.x.map((value) => (Math.abs(value) < TRADE_MIN ? 0 : value));
    const certificate = certificateOf(program, models, { ...answer, x }, iterations);
    const status = statusOf(certificate, options);
    if (status !== undefined) {
      return { status, x, certificate, workingSet: answer.workingSet };
    }
    models = modelsAt(program.impact, x, relativeSteps(x, last));
    last = x;
    start = answer.workingSet;
  }
}

/** Tells how the iteration ends; nothing while it goes on. */
function statusOf({ gap, iterations }: Certificate, { shouldStop }: TradingOptions) {
  if (gap <= GAP_AIM) {
    return "optimal";
  }
  if (shouldStop?.() === true) {
    return "stopped";
  }
  if (iterations < ITERATIONS_MAX) {
    return undefined;
  }
  return gap <= GAP_MAX ? "optimal" : "inaccurate";
}

/** Parabolas κx²/2 + slope·x that stand for the impact, up to constants. */
interface Models {
  /** κ, length n. */
  readonly curvatures: Float64Array;
  readonly slopes: Float64Array;
}

function modelsAt(impact: Float64Array, x: Float64Array, steps: Float64Array): Models {
  const curvatures = new Float64Array(x.length);
  const slopes = new Float64Array(x.length);
  for (let j = 0; j < x.length; j++) {
    const size = Math.max(Math.abs(x[j]), SIZE_MIN);
    const majorizing = (1.5 * impact[j]) / Math.sqrt(size);
    const isSettled = steps[j] > 0 && steps[j] < NEWTON_STEP_MAX && Math.abs(x[j]) > SIZE_MIN;
    // The slope of |x|^1.5 is κx with the majorizing κ; Newton's curvature is half of that.
    curvatures[j] = isSettled ? majorizing / 2 : majorizing;
    slopes[j] = isSettled ? (majorizing / 2) * x[j] : 0;
  }
  return { curvatures, slopes };
}

/** Computes how much each x moved relative to its size; 0 where there was no step to judge by. */
function relativeSteps(x: Float64Array, last: Float64Array | undefined): Float64Array {
  return x.map((value, j) =>
    last === undefined || value === 0
      ? 0
      : Math.max(Number.MIN_VALUE, Math.abs(value - last[j]) / Math.abs(value)),
  );
}

/**
 * Solves the program of the models, again with a little curvature if rounding defeats it: tied
 * vertices of a linear program are then told apart.
 */
function solveWithModels(program: TradingProgram, models: Models, start: WorkingSet | undefined) {
  let answer = solveSeparableProgram(withModels(program, models), start);
  for (const added of CURVATURES_ADDED) {
    if (answer.status === "optimal" || answer.status === "infeasible") {
      break;
    }
    const curvatures = models.curvatures.map((value) => value + added);
    answer = solveSeparableProgram(withModels(program, { ...models, curvatures }));
  }
  return answer;
}

function withModels(program: TradingProgram, { curvatures, slopes }: Models): SeparableProgram {
  const { quadratic, linear } = program;
  return {
    ...program,
    quadratic: {
      ...quadratic,
      diagonal: curvatures.map((curvature, j) => curvature + (quadratic.diagonal?.[j] ?? 0)),
    },
    linear: linear.map((value, j) => value + slopes[j]),
  };
}

/** Adds to the answer's errors what the slopes of the models miss. */
function certificateOf(
  { impact, reach }: TradingProgram,
  { curvatures, slopes }: Models,
  { x, objective, certificate }: SeparableProgramOptimum,
  iterations: number,
): Certificate {
  let gap = 0;
  let error = 0;
  for (let j = 0; j < x.length; j++) {
    const slope = 1.5 * impact[j] * Math.sign(x[j]) * Math.sqrt(Math.abs(x[j]));
    const miss = Math.abs(slope - curvatures[j] * x[j] - slopes[j]);
    gap += miss * reach[j];
    error = Math.max(error, miss);
  }
  return {
    algorithm: ALGORITHM,
    iterations,
    primalResidual: certificate.primalResidual,
    dualResidual: certificate.dualResidual + error,
    gap: certificate.gap + gap / Math.max(1, Math.abs(objective)),
  };
}
