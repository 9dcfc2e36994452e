import { buildCones, type ProblemCones } from "./cones/build-cones.ts";
import type { ConicPoint } from "./cones/cone.ts";
import { ConicOperator } from "./conic-operator.ts";
import { type ConicProblem, isSymmetric } from "./conic-problem.ts";
import { type ConicResiduals, Embedding, product, worstResidual } from "./embedding.ts";
import { largest, NewtonSystem } from "./newton-system.ts";

/** The answer of the conic solver. */
export interface ConicSolution {
  readonly status: "optimal" | "infeasible" | "unbounded" | "inaccurate" | "stopped";
  /** Variables, divided by τ; for an unbounded program a direction. */
  readonly v: Float64Array;
  /** Multipliers of the conic rows, divided by τ; for an infeasible program the certificate. */
  readonly z: Float64Array;
  readonly iterations: number;
  readonly residuals: ConicResiduals;
  /** Σ|sᵢzᵢ|, the size of what the gap is made of. */
  readonly magnitude: number;
}

export interface ConicOptions {
  /** What an answer has to meet. */
  readonly tolerance: number;
  /** Where the solver stops; from the tolerance on only while iterations halve the error. */
  readonly aim: number;
  readonly iterationsMax: number;
  readonly shouldStop: () => boolean;
}

// The step stays this far inside the cones.
const STEP_FRACTION = 0.99;
// An iteration that does not lower the error to this share of it is slow.
const SLOW = 0.5;
// Slow iterations in a row that end a solve which meets the tolerance.
const SLOW_MAX = 2;
// Iterations without a better point after which rounding has the last word, once errors are small.
const STALL = 0.95;
const STALL_MAX = 6;
const STALL_ERROR = 1e-6;
const SIGMA_MIN = 1e-10;
const STEP_MIN = 1e-8;
// A shorter step is tried again with this σ and without a correction.
const STEP_GOOD = 0.2;
const SIGMA_CENTERING = 0.7;
// A step that leads too far from the central path is shortened by this factor, so often.
const BACKTRACK = 0.8;
const BACKTRACKS_MAX = 30;

/**
 * Solves a conic program by a primal-dual interior-point method on the homogeneous embedding, with
 * Mehrotra's predictor and corrector (Andersen, Roos and Terlaky 2003; with a quadratic objective
 * Goulart and Chen 2024, "Clarabel", §3).
 */
export function solveConic(problem: ConicProblem, options: ConicOptions): ConicSolution {
  return new InteriorPoint(problem, options).run();
}

class InteriorPoint {
  readonly #problem: ConicProblem;
  readonly #options: ConicOptions;
  readonly #cones: ProblemCones;
  readonly #operator: ConicOperator;
  readonly #system: NewtonSystem;
  readonly #point: Embedding;
  /** Solution for the right side of τ. */
  readonly #perTau: { v: Float64Array; z: Float64Array };
  /** The step. */
  readonly #dv: Float64Array;
  readonly #ds: Float64Array;
  readonly #dz: Float64Array;
  /** What the corrector aims at beyond s. */
  readonly #target: Float64Array;
  readonly #a: Float64Array;
  readonly #b: Float64Array;
  readonly #negativeQ: Float64Array;
  #best: ConicSolution | undefined;
  #bestError = Number.POSITIVE_INFINITY;
  /** Iterations in a row that did not halve the error. */
  #slow = 0;
  /** Iterations in a row that hardly lowered the error. */
  #stalled = 0;

  constructor(problem: ConicProblem, options: ConicOptions) {
    const variables = problem.q.length;
    const rows = problem.h.length;
    this.#problem = problem;
    this.#options = options;
    this.#cones = buildCones(problem);
    this.#operator = new ConicOperator(problem);
    this.#system = new NewtonSystem(problem, this.#cones, this.#operator);
    this.#point = new Embedding(problem, this.#operator);
    this.#perTau = { v: new Float64Array(variables), z: new Float64Array(rows) };
    this.#dv = new Float64Array(variables);
    this.#a = new Float64Array(variables);
    this.#negativeQ = problem.q.map((value) => -value);
    this.#ds = new Float64Array(rows);
    this.#dz = new Float64Array(rows);
    this.#target = new Float64Array(rows);
    this.#b = new Float64Array(rows);
  }

  run(): ConicSolution {
    const point = this.#point;
    for (const cone of this.#cones.all) {
      cone.start(point.s, point.z);
    }
    if (!isSymmetric(this.#problem)) {
      spreadStart(this.#problem, point);
    }
    const { aim, iterationsMax, shouldStop } = this.#options;
    for (let iteration = 0; ; iteration++) {
      const verdict = point.judge(aim);
      if (verdict !== "undecided") {
        return this.#snapshot(verdict, iteration);
      }
      const best = this.#keepBest(iteration);
      if (shouldStop()) {
        return { ...best, status: "stopped" };
      }
      if (iteration === iterationsMax || this.#isDone() || !this.#advance()) {
        return best;
      }
    }
  }

  /** Compares the point with the best so far, keeps the better one and returns it. */
  #keepBest(iteration: number): ConicSolution {
    const error = worstResidual(this.#point.residuals);
    this.#slow = error > SLOW * this.#bestError ? this.#slow + 1 : 0;
    this.#stalled = error > STALL * this.#bestError ? this.#stalled + 1 : 0;
    if (this.#best === undefined || error < this.#bestError) {
      const isEnough = error <= this.#options.tolerance;
      this.#best = this.#snapshot(isEnough ? "optimal" : "inaccurate", iteration);
      this.#bestError = error;
    }
    return this.#best;
  }

  /** Whether going on is not worth it: enough is met and more comes slowly, or nothing comes. */
  #isDone(): boolean {
    const isEnough = this.#bestError <= this.#options.tolerance && this.#slow >= SLOW_MAX;
    return isEnough || (this.#bestError < STALL_ERROR && this.#stalled >= STALL_MAX);
  }

  /** Takes one predictor-corrector step. False when rounding leaves none. */
  #advance(): boolean {
    const point = this.#point;
    const mu = point.centrality(this.#cones.degree);
    for (const cone of this.#cones.all) {
      if (!cone.scale(point.s, point.z, mu)) {
        return false;
      }
    }
    this.#system.factor();
    this.#system.solve(this.#negativeQ, this.#problem.h, this.#perTau);
    this.#target.fill(0);
    const predictor = this.#direction(1, point.kappa * point.tau);
    const affine = this.#longestStep(predictor, 1);
    const sigma = Math.max((1 - affine) ** 3, SIGMA_MIN);
    const corrector = this.#correct(sigma, mu, predictor.kappa * predictor.tau);
    const length = this.#safeStep(corrector);
    if (length >= STEP_GOOD) {
      return this.#move(corrector, length);
    }
    // The correction, a series cut short, has misled: go back to the central path without it.
    this.#ds.fill(0);
    this.#dz.fill(0);
    const centering = this.#correct(SIGMA_CENTERING, mu, 0);
    return this.#move(centering, this.#safeStep(centering));
  }

  /** Solves for the step to centrality σμ, corrected for the step that ds and dz hold. */
  #correct(sigma: number, mu: number, kappaCorrection: number): { tau: number; kappa: number } {
    const point = this.#point;
    const step = { s: this.#ds, z: this.#dz };
    for (const cone of this.#cones.all) {
      cone.target(point, step, sigma * mu, this.#target);
    }
    const kappaTarget = point.kappa * point.tau + kappaCorrection - sigma * mu;
    return this.#direction(1 - sigma, kappaTarget);
  }

  /** Gives a step that stays inside the cones and near the central path. */
  #safeStep(step: { tau: number; kappa: number }): number {
    const point = this.#point;
    const { degree, all } = this.#cones;
    const delta = { s: this.#ds, z: this.#dz };
    let length = Math.min(1, STEP_FRACTION * this.#longestStep(step, 1 / STEP_FRACTION));
    for (let i = 0; i < BACKTRACKS_MAX; i++) {
      const mu = point.centralityAfter(delta, step, length, degree);
      if (all.every((cone) => cone.isCentral(point, delta, length, mu))) {
        return length;
      }
      length *= BACKTRACK;
    }
    return length;
  }

  /** Solves for the step that shrinks residuals to 1 − reduction of themselves. */
  #direction(reduction: number, kappaTarget: number): { tau: number; kappa: number } {
    const point = this.#point;
    const { h } = this.#problem;
    for (let i = 0; i < this.#a.length; i++) {
      this.#a[i] = -reduction * point.dualRest[i];
    }
    for (let i = 0; i < this.#b.length; i++) {
      this.#b[i] = this.#target[i] - reduction * point.primalRest[i];
    }
    this.#system.solve(this.#a, this.#b, { v: this.#dv, z: this.#dz }, point);
    const tau = this.#tauStep(reduction, kappaTarget);
    for (let i = 0; i < this.#dv.length; i++) {
      this.#dv[i] += tau * this.#perTau.v[i];
    }
    for (let i = 0; i < this.#dz.length; i++) {
      this.#dz[i] += tau * this.#perTau.z[i];
    }
    // From the linear equation and not from HΔz, so that rounding spoils no feasibility.
    this.#operator.forward(this.#dv, this.#ds);
    for (let i = 0; i < this.#ds.length; i++) {
      this.#ds[i] += h[i] * tau - reduction * point.primalRest[i];
    }
    return { tau, kappa: -(kappaTarget + point.kappa * tau) / point.tau };
  }

  #tauStep(reduction: number, kappaTarget: number): number {
    const { tau, kappa, pv, v, tauRest } = this.#point;
    const { q, h } = this.#problem;
    const along = (step: { v: Float64Array; z: Float64Array }) =>
      (2 * product(pv, step.v)) / tau + product(q, step.v) + product(h, step.z);
    const above = kappaTarget / tau - reduction * tauRest - along({ v: this.#dv, z: this.#dz });
    const below = along(this.#perTau) - product(v, pv) / (tau * tau) - kappa / tau;
    return below < 0 ? above / below : 0;
  }

  #longestStep(step: { tau: number; kappa: number }, limit: number): number {
    const point = this.#point;
    let length = limit;
    if (step.tau < 0) {
      length = Math.min(length, -point.tau / step.tau);
    }
    if (step.kappa < 0) {
      length = Math.min(length, -point.kappa / step.kappa);
    }
    const delta = { s: this.#ds, z: this.#dz };
    for (const cone of this.#cones.all) {
      length = cone.longestStep(point, delta, length);
    }
    return length;
  }

  #move(step: { tau: number; kappa: number }, length: number): boolean {
    const point = this.#point;
    if (!(length > STEP_MIN) || !Number.isFinite(largest(this.#dv) + largest(this.#dz))) {
      return false;
    }
    for (let i = 0; i < this.#dv.length; i++) {
      point.v[i] += length * this.#dv[i];
    }
    for (let i = 0; i < this.#ds.length; i++) {
      point.s[i] += length * this.#ds[i];
      point.z[i] += length * this.#dz[i];
    }
    point.tau += length * step.tau;
    point.kappa += length * step.kappa;
    return point.tau > 0 && point.kappa > 0;
  }

  #snapshot(status: ConicSolution["status"], iterations: number): ConicSolution {
    const { v, z, tau, residuals, magnitude } = this.#point;
    const scale = status === "infeasible" || status === "unbounded" ? 1 : 1 / tau;
    return {
      status,
      v: v.map((value) => value * scale),
      z: z.map((value) => value * scale),
      iterations,
      residuals,
      magnitude,
    };
  }
}

/**
 * Moves the start along the central path's symmetry, s to σs and z to z/σ, with σ = √T for blocks of
 * T scenarios that share variables: their multipliers add up in those, and are of size 1/T.
 */
function spreadStart({ blocks }: ConicProblem, { s, z }: ConicPoint): void {
  for (const block of blocks) {
    if (block.link.kind === "asset") {
      continue;
    }
    const sigma = Math.sqrt(block.scenarios);
    const end = block.coneStart + block.scenarios * block.rowCount;
    for (let i = block.coneStart; i < end; i++) {
      s[i] *= sigma;
      z[i] /= sigma;
    }
  }
}
