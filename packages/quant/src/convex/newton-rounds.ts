import { multiplyVector, quadraticForm } from "../linalg/matrix.ts";
import type { Certificate } from "../optimize/linear-system.ts";
import { type CurvedProgram, expandProgram } from "./curved-program.ts";
import { largest } from "./newton-system.ts";
import type { ConvexPoint, ConvexProgram, ConvexResult } from "./program.ts";
import { evaluateProgram, limitViolation, type ProgramValues } from "./program-values.ts";
import { type ModelOptions, partsOf, replaceTerms } from "./term-models.ts";
import { expandTerm, isSmooth, termBelow } from "./terms/expand-term.ts";

/** Name and version of the algorithm in certificates. */
const ALGORITHM = "conic-newton/1";
const TOLERANCE = 1e-9;
// Rounds go on to this share of the tolerance as long as they lower the error.
const AIM = 1e-2;
const ROUNDS_MAX = 30;
const START_TOLERANCE = 1e-5;
// Rounds that do not halve the error after which rounding has the last word, once it is small.
const STALL_MAX = 3;
const STALL_ERROR = 1e-8;
const HALVINGS_MAX = 12;
// The decrease asked of a step, as a share of what the model promises.
const DECREASE = 1e-4;
const MERIT_ROUNDING = 1e-12;

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
  if (before?.multipliers !== undefined) {
    return rounds.run({ x: before.x, multipliers: before.multipliers });
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
    let at = evaluateProgram(this.#program, start.x);
    let multipliers = start.multipliers.limits;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const expanded = this.#expand(at.x, multipliers);
      const result = this.#solve(expanded.curved, { ...this.#options, tolerance: TOLERANCE });
      if (result.status === "infeasible") {
        return result;
      }
      if (result.status === "unbounded") {
        return;
      }
      const next = evaluateProgram(this.#program, result.x);
      const isDone = this.#keepBest(expanded, { at, next }, result);
      if (isDone || result.status === "stopped") {
        return this.#answer(result.status === "stopped");
      }
      multipliers = result.multipliers.limits;
      this.#raisePrices(multipliers);
      // The start keeps the rows but roughly, so that its merit is no measure.
      const reference = round === 0 ? Number.MAX_VALUE : this.#merit(this.#program, at);
      const after = this.#step(expanded, { at, next }, reference);
      if (after === undefined) {
        break;
      }
      at = after;
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
  #keepBest(expanded: CurvedProgram, move: Move, result: ConvexPoint): boolean {
    const { x, objective, termValues, limitValues } = move.next;
    this.#iterations += result.certificate.iterations;
    const certificate = this.#certify(expanded, move, result);
    const { primalResidual, dualResidual, gap } = certificate;
    const error = Math.max(primalResidual, dualResidual, gap);
    const isSlow = error > this.#bestError / 2;
    if (error < this.#bestError) {
      const { multipliers } = result;
      this.#bestError = error;
      this.#best = { x, objective, termValues, limitValues, multipliers, certificate };
    }
    this.#slow = isSlow ? this.#slow + 1 : 0;
    const isEnough = this.#bestError <= this.#tolerance && isSlow;
    const isStalled = this.#bestError <= STALL_ERROR && this.#slow >= STALL_MAX;
    return this.#bestError <= AIM * this.#tolerance || isEnough || isStalled;
  }

  /** Measures an answer: by the flat program, whose gradient is off by the curvature of the step. */
  #certify(
    { flat, curvature }: CurvedProgram,
    { at, next }: Move,
    { certificate }: ConvexPoint,
  ): Certificate {
    const step = next.x.map((value, i) => value - at.x[i]);
    const size = Math.max(next.size, Number.MIN_VALUE);
    const missed = Math.abs(next.objective - evaluateProgram(flat, next.x).objective);
    const tilt = largest(multiplyVector(curvature, step)) * absoluteSum(next.x);
    return {
      algorithm: ALGORITHM,
      iterations: this.#iterations,
      primalResidual: Math.max(
        certificate.primalResidual,
        limitViolation(this.#program, next.limitValues),
      ),
      dualResidual: Math.max(certificate.dualResidual, tilt / size),
      gap: certificate.gap + (missed + quadraticForm(curvature, step)) / size,
    };
  }

  #raisePrices(multipliers: Float64Array): void {
    for (let j = 0; j < this.#prices.length; j++) {
      this.#prices[j] = Math.max(this.#prices[j], 2 * multipliers[j]);
    }
  }

  /** Goes as far towards a model's answer as the program agrees; undefined where it does not. */
  #step(
    { flat, curvature }: CurvedProgram,
    { at, next }: Move,
    reference: number,
  ): ProgramValues | undefined {
    const step = next.x.map((value, i) => value - at.x[i]);
    const model = this.#merit(flat, evaluateProgram(flat, next.x));
    const promised = this.#merit(this.#program, at) - model - quadraticForm(curvature, step) / 2;
    const decrease = DECREASE * Math.max(promised, 0);
    const limit = reference + MERIT_ROUNDING * at.size;
    let reached = next;
    for (let halving = 0, length = 1; halving < HALVINGS_MAX; halving++) {
      if (this.#merit(this.#program, reached) <= limit - length * decrease) {
        return reached;
      }
      length /= 2;
      const x = at.x.map((value, i) => value + length * step[i]);
      reached = evaluateProgram(this.#program, x);
    }
    return;
  }

  /** The objective, and the price of what is over the limits. */
  #merit({ limits = [] }: ConvexProgram, { objective, limitValues }: ProgramValues): number {
    return limits.reduce(
      (sum, { limit }, j) => sum + this.#prices[j] * Math.max(0, limitValues[j] - limit),
      objective,
    );
  }
}

/** From a portfolio to the answer of a model at it. */
interface Move {
  readonly at: ProgramValues;
  readonly next: ProgramValues;
}

function absoluteSum(x: Float64Array): number {
  return x.reduce((sum, value) => sum + Math.abs(value), 0);
}
