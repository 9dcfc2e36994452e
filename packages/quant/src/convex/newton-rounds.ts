import { multiplyVector, quadraticForm } from "../linalg/matrix.ts";
import type { Certificate } from "../optimize/linear-system.ts";
import { limitViolation, objectiveAt, valuesOf } from "./certify.ts";
import { type CurvedProgram, expandProgram } from "./curved-program.ts";
import { largest } from "./newton-system.ts";
import type { ConvexPoint, ConvexProgram, ConvexResult } from "./program.ts";
import { type ModelOptions, partsOf, replaceTerms } from "./term-models.ts";
import { expandTerm, isSmooth, termBelow } from "./terms/expand-term.ts";

/** Name and version of the algorithm in certificates. */
const ALGORITHM = "conic-newton/1";
const TOLERANCE = 1e-9;
// Rounds go on to this share of the tolerance as long as they lower the error.
const AIM = 1e-3;
const ROUNDS_MAX = 40;
const START_TOLERANCE = 1e-5;
// Rounds that do not halve the error after which rounding has the last word, once it is small.
const STALL_MAX = 3;
const STALL_ERROR = 1e-8;
const HALVINGS_MAX = 30;
// The decrease asked of a step, as a share of what the model promises.
const DECREASE = 1e-4;
// A step may be worse than the last point, but not than the worst of so many.
const MEMORY = 4;

/** Solves a program without Newton's method. */
type Solve = (program: ConvexProgram, options: ModelOptions) => ConvexResult;

/** Says whether a program has a term that Newton's method is for. */
export function hasSmoothTerm(program: ConvexProgram): boolean {
  return partsOf(program).some(isSmooth);
}

/**
 * Solves a program with smooth terms, such as an entropic value at risk, by Newton's method.
 *
 * Each round solves the program with these terms replaced by their expansions at a portfolio:
 * linear functions, of the losses or of the weights, which are nowhere above them, with their
 * curvature in the objective. Since models without the curvature are nowhere above the terms, their
 * multipliers bound the program's objective too, up to what the curvature moves the gradient by in
 * the last step. The start is a program nowhere above this one, which has conditional values at
 * risk.
 *
 * @returns Undefined where the steps do not lead to an answer: at portfolios whose worst loss is
 *   the measure it is not smooth.
 */
export function solveByNewton(
  program: ConvexProgram,
  solve: Solve,
  options: ModelOptions,
): ConvexResult | undefined {
  const { start: before, ...rest } = options;
  const rounds = new NewtonRounds(program, solve, rest);
  if (before !== undefined) {
    return rounds.run(before);
  }
  const below = replaceTerms(program, termBelow);
  const start = solve(below, { ...rest, tolerance: START_TOLERANCE, isRough: true });
  if (start.status === "infeasible") {
    return start;
  }
  return "x" in start ? rounds.run(start) : undefined;
}

class NewtonRounds {
  readonly #program: ConvexProgram;
  readonly #solve: Solve;
  readonly #options: ModelOptions;
  readonly #tolerance: number;
  /** Merits of the last points. */
  readonly #merits: number[] = [];
  /** What excess over each limit costs in the merit. */
  readonly #prices: Float64Array;
  #best: ConvexPoint | undefined;
  #bestError = Number.POSITIVE_INFINITY;
  /** Rounds in a row that did not halve the error. */
  #slow = 0;
  #iterations = 0;

  constructor(program: ConvexProgram, solve: Solve, options: ModelOptions) {
    this.#program = program;
    this.#solve = solve;
    this.#options = options;
    this.#tolerance = options.tolerance ?? TOLERANCE;
    this.#prices = new Float64Array(program.limits?.length ?? 0);
  }

  run(start: Pick<ConvexPoint, "x" | "multipliers">): ConvexResult | undefined {
    let { x } = start;
    let multipliers = start.multipliers.limits;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const expanded = this.#expand(x, multipliers);
      const result = this.#solve(expanded.curved, { ...this.#options, tolerance: TOLERANCE });
      if (result.status === "infeasible") {
        return result;
      }
      if (result.status === "unbounded") {
        return;
      }
      this.#iterations += result.certificate.iterations;
      const isDone = this.#keepBest(expanded, x, result);
      if (isDone || result.status === "stopped") {
        return this.#answer(result.status === "stopped");
      }
      multipliers = result.multipliers.limits;
      const next = this.#step(expanded, x, result);
      if (next === undefined) {
        break;
      }
      x = next;
    }
    return this.#answer(false);
  }

  #expand(x: Float64Array, multipliers: Float64Array): CurvedProgram {
    return expandProgram(this.#program, x, { multipliers, expand: (term) => expandTerm(term, x) });
  }

  #answer(isStopped: boolean): ConvexResult | undefined {
    if (this.#best === undefined) {
      return;
    }
    const status = this.#bestError <= this.#tolerance ? "optimal" : "inaccurate";
    return { status: isStopped && status !== "optimal" ? "stopped" : status, ...this.#best };
  }

  /** Certifies the answer of a round. True when there is nothing left to gain. */
  #keepBest(expanded: CurvedProgram, x: Float64Array, result: ConvexPoint): boolean {
    const program = this.#program;
    const certificate = this.#certify(expanded, x, result);
    const { primalResidual, dualResidual, gap } = certificate;
    const error = Math.max(primalResidual, dualResidual, gap);
    const isSlow = error > this.#bestError / 2;
    if (error < this.#bestError) {
      this.#bestError = error;
      this.#best = {
        x: result.x,
        objective: objectiveAt(program, result.x),
        termValues: valuesOf(program.terms, result.x),
        limitValues: valuesOf(program.limits, result.x),
        multipliers: result.multipliers,
        certificate: { ...certificate, iterations: this.#iterations },
      };
    }
    this.#slow = isSlow ? this.#slow + 1 : 0;
    const isEnough = this.#bestError <= this.#tolerance && isSlow;
    const isStalled = this.#bestError <= STALL_ERROR && this.#slow >= STALL_MAX;
    return this.#bestError <= AIM * this.#tolerance || isEnough || isStalled;
  }

  /** Measures an answer: by the flat program, whose gradient is off by the curvature of the step. */
  #certify(
    { flat, curvature }: CurvedProgram,
    x: Float64Array,
    { x: next, certificate }: ConvexPoint,
  ): Certificate {
    const program = this.#program;
    const step = next.map((value, i) => value - x[i]);
    const objective = objectiveAt(program, next);
    const size = Math.max(sizeOf(program, next), Number.MIN_VALUE);
    const missed = Math.abs(objective - objectiveAt(flat, next)) + quadraticForm(curvature, step);
    const tilt = largest(multiplyVector(curvature, step)) * absoluteSum(next);
    return {
      algorithm: ALGORITHM,
      iterations: certificate.iterations,
      primalResidual: Math.max(
        certificate.primalResidual,
        limitViolation(program, valuesOf(program.limits, next)),
      ),
      dualResidual: Math.max(certificate.dualResidual, tilt / size),
      gap: certificate.gap + missed / size,
    };
  }

  /** Goes as far towards a model's answer as the program agrees; undefined where it does not. */
  #step(expanded: CurvedProgram, x: Float64Array, result: ConvexPoint): Float64Array | undefined {
    const { flat, curvature } = expanded;
    const step = result.x.map((value, i) => value - x[i]);
    for (let j = 0; j < this.#prices.length; j++) {
      this.#prices[j] = Math.max(this.#prices[j], 2 * result.multipliers.limits[j]);
    }
    const merit = this.#merit(this.#program, x);
    const model = this.#merit(flat, result.x) + quadraticForm(curvature, step) / 2;
    // The start keeps the rows but roughly, so that its merit is no measure.
    this.#merits.push(this.#merits.length === 0 ? Number.MAX_VALUE : merit);
    const reference = Math.max(...this.#merits.slice(-MEMORY));
    const promised = Math.max(merit - model, 0);
    const rounding = TOLERANCE * Math.abs(merit);
    for (let halving = 0, length = 1; halving < HALVINGS_MAX; halving++, length /= 2) {
      const next = x.map((value, i) => value + length * step[i]);
      if (this.#merit(this.#program, next) <= reference + rounding - DECREASE * length * promised) {
        return next;
      }
    }
    return;
  }

  /** The objective, and the price of what is over the limits. */
  #merit(program: ConvexProgram, x: Float64Array): number {
    const values = valuesOf(program.limits, x);
    return (program.limits ?? []).reduce(
      (sum, { limit }, j) => sum + this.#prices[j] * Math.max(0, values[j] - limit),
      objectiveAt(program, x),
    );
  }
}

/** What an objective is made of: the sum of the sizes of its parts. */
function sizeOf({ linear, quadratic, terms = [] }: ConvexProgram, x: Float64Array): number {
  let size = quadratic === undefined ? 0 : Math.abs(quadraticForm(quadratic, x));
  for (let i = 0; linear !== undefined && i < x.length; i++) {
    size += Math.abs(linear[i] * x[i]);
  }
  const values = valuesOf(terms, x);
  for (const [j, { weight }] of terms.entries()) {
    size += Math.abs(weight * values[j]);
  }
  return size;
}

function absoluteSum(x: Float64Array): number {
  return x.reduce((sum, value) => sum + Math.abs(value), 0);
}
