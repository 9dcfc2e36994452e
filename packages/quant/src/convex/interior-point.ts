import { buildCones, type ProblemCones } from "./cones/build-cones.ts";
import { ConicOperator } from "./conic-operator.ts";
import type { ConicProblem } from "./conic-problem.ts";
import { addQuadratic, largest, NewtonSystem } from "./newton-system.ts";

/** A point of the homogeneous embedding: the answer is v/τ, or a certificate where τ → 0. */
export interface ConicSolution {
  readonly status: "optimal" | "infeasible" | "unbounded" | "inaccurate" | "stopped";
  /** Variables, divided by τ; for an unbounded program a direction. */
  readonly v: Float64Array;
  /** Multipliers of the conic rows, divided by τ; for an infeasible program the certificate. */
  readonly z: Float64Array;
  readonly iterations: number;
  readonly residuals: ConicResiduals;
}

/** Errors of a point relative to the size of what should cancel. */
export interface ConicResiduals {
  readonly primal: number;
  readonly dual: number;
  readonly gap: number;
}

export interface ConicOptions {
  readonly tolerance: number;
  readonly iterationsMax: number;
  readonly shouldStop: () => boolean;
}

// The step stays this far inside the cones.
const STEP_FRACTION = 0.99;
// Iterations without a better point after which rounding has the last word.
const STALL_MAX = 4;
// A ray counts as a certificate when its error is this small beside what it proves.
const CERTIFICATE_TOLERANCE = 1e-9;

/**
 * Solves a conic program by a primal-dual interior-point method on the homogeneous embedding, with
 * Mehrotra's predictor and corrector (Andersen, Roos and Terlaky 2003; for the quadratic objective
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
  readonly #v: Float64Array;
  readonly #s: Float64Array;
  readonly #z: Float64Array;
  #tau = 1;
  #kappa = 1;
  /** Pv. */
  readonly #pv: Float64Array;
  /** Residuals Pv − G'z + qτ and s − Gv − hτ. */
  readonly #rv: Float64Array;
  readonly #rz: Float64Array;
  #rt = 0;
  /** Solutions for the two right sides, and the step. */
  readonly #v1: Float64Array;
  readonly #z1: Float64Array;
  readonly #v2: Float64Array;
  readonly #z2: Float64Array;
  readonly #ds: Float64Array;
  readonly #dz: Float64Array;
  readonly #target: Float64Array;
  readonly #a: Float64Array;
  readonly #b: Float64Array;
  readonly #negativeQ: Float64Array;

  constructor(problem: ConicProblem, options: ConicOptions) {
    const variables = problem.q.length;
    const rows = problem.h.length;
    this.#problem = problem;
    this.#options = options;
    this.#cones = buildCones(problem);
    this.#operator = new ConicOperator(problem);
    this.#system = new NewtonSystem(problem, this.#cones, this.#operator);
    this.#v = new Float64Array(variables);
    this.#pv = new Float64Array(variables);
    this.#rv = new Float64Array(variables);
    this.#v1 = new Float64Array(variables);
    this.#v2 = new Float64Array(variables);
    this.#a = new Float64Array(variables);
    this.#negativeQ = problem.q.map((value) => -value);
    this.#s = new Float64Array(rows);
    this.#z = new Float64Array(rows);
    this.#rz = new Float64Array(rows);
    this.#z1 = new Float64Array(rows);
    this.#z2 = new Float64Array(rows);
    this.#ds = new Float64Array(rows);
    this.#dz = new Float64Array(rows);
    this.#target = new Float64Array(rows);
    this.#b = new Float64Array(rows);
  }

  run(): ConicSolution {
    for (const cone of this.#cones.all) {
      cone.start(this.#s, this.#z);
    }
    let best = this.#snapshot("inaccurate", 0);
    let bestError = Number.POSITIVE_INFINITY;
    let stalled = 0;
    for (let iteration = 0; iteration <= this.#options.iterationsMax; iteration++) {
      this.#computeResiduals();
      const now = this.#judge(iteration);
      if (now.status !== "inaccurate") {
        return now;
      }
      const error = worst(now.residuals);
      stalled = error < 0.9 * bestError ? 0 : stalled + 1;
      if (error < bestError) {
        best = now;
        bestError = error;
      }
      if (this.#options.shouldStop()) {
        return { ...best, status: "stopped" };
      }
      const mu = this.#centrality();
      if ((bestError < 1e-6 && stalled >= STALL_MAX) || !this.#advance(mu)) {
        break;
      }
    }
    return best;
  }

  #centrality(): number {
    let sum = this.#tau * this.#kappa;
    for (let i = 0; i < this.#s.length; i++) {
      sum += this.#s[i] * this.#z[i];
    }
    return sum / (this.#cones.degree + 1);
  }

  #computeResiduals(): void {
    const { q, h } = this.#problem;
    this.#pv.fill(0);
    addQuadratic(this.#problem, this.#v, this.#pv, 1);
    this.#operator.backward(this.#z, this.#rv);
    for (let i = 0; i < q.length; i++) {
      this.#rv[i] = this.#pv[i] - this.#rv[i] + q[i] * this.#tau;
    }
    this.#operator.forward(this.#v, this.#rz);
    for (let i = 0; i < h.length; i++) {
      this.#rz[i] = this.#s[i] - this.#rz[i] - h[i] * this.#tau;
    }
    const curvature = product(this.#v, this.#pv) / this.#tau;
    this.#rt = this.#kappa + curvature + product(q, this.#v) + product(h, this.#z);
  }

  /** Decides what the current point is. */
  #judge(iteration: number): ConicSolution {
    const { q, h } = this.#problem;
    const tau = this.#tau;
    const linear = product(q, this.#v);
    const dual = product(h, this.#z);
    const curvature = product(this.#v, this.#pv) / tau;
    const primalObjective = (linear + curvature / 2) / tau;
    const dualObjective = -(dual + curvature / 2) / tau;
    const scale = Math.max(1, Math.min(Math.abs(primalObjective), Math.abs(dualObjective)));
    const residuals = {
      primal: largest(this.#rz) / (tau + largest(this.#s)),
      dual: largest(this.#rv) / (tau + largest(this.#z) * 0.1),
      gap: Math.abs(primalObjective - dualObjective) / scale,
    };
    if (worst(residuals) <= this.#options.tolerance) {
      return this.#snapshot("optimal", iteration, residuals);
    }
    if (
      tau < this.#kappa * 1e-3 &&
      dual < 0 &&
      this.#infeasibility() <= -dual * CERTIFICATE_TOLERANCE
    ) {
      return this.#snapshot("infeasible", iteration, residuals);
    }
    if (
      tau < this.#kappa * 1e-3 &&
      linear < 0 &&
      this.#unboundedness() <= -linear * CERTIFICATE_TOLERANCE
    ) {
      return this.#snapshot("unbounded", iteration, residuals);
    }
    return this.#snapshot("inaccurate", iteration, residuals);
  }

  /** Largest entry of G'z, which a proof of infeasibility makes 0 while h'z < 0. */
  #infeasibility(): number {
    this.#operator.backward(this.#z, this.#a);
    return largest(this.#a);
  }

  /** Largest entry of Pv and of s − Gv, which a direction of unbounded descent makes 0. */
  #unboundedness(): number {
    this.#operator.forward(this.#v, this.#b);
    for (let i = 0; i < this.#b.length; i++) {
      this.#b[i] -= this.#s[i];
    }
    return Math.max(largest(this.#b), largest(this.#pv));
  }

  /** Takes one predictor-corrector step. False when rounding leaves none. */
  #advance(mu: number): boolean {
    for (const cone of this.#cones.all) {
      if (!cone.scale(this.#s, this.#z, mu)) {
        return false;
      }
    }
    this.#system.factor();
    this.#system.solve(this.#negativeQ, this.#problem.h, this.#v2, this.#z2);
    this.#target.set(this.#s);
    const predictor = this.#direction(1, this.#kappa * this.#tau);
    const affine = this.#longestStep(predictor, 1);
    const sigma = Math.max((1 - affine) ** 3, 1e-10);
    const step = { s: this.#ds, z: this.#dz };
    for (const cone of this.#cones.all) {
      cone.target({ s: this.#s, z: this.#z }, step, sigma * mu, this.#target);
    }
    const kappaTarget = this.#kappa * this.#tau + predictor.kappa * predictor.tau - sigma * mu;
    const corrector = this.#direction(1 - sigma, kappaTarget);
    const length = Math.min(1, STEP_FRACTION * this.#longestStep(corrector, 1 / STEP_FRACTION));
    return this.#move(corrector, length);
  }

  /** Solves for the step that shrinks residuals to 1 − reduction of themselves. */
  #direction(reduction: number, kappaTarget: number): { tau: number; kappa: number } {
    const { q, h } = this.#problem;
    for (let i = 0; i < this.#a.length; i++) {
      this.#a[i] = -reduction * this.#rv[i];
    }
    for (let i = 0; i < this.#b.length; i++) {
      this.#b[i] = this.#target[i] - reduction * this.#rz[i];
    }
    this.#system.solve(this.#a, this.#b, this.#v1, this.#z1);
    const tau = this.#tauStep(reduction, kappaTarget, q, h);
    for (let i = 0; i < this.#v1.length; i++) {
      this.#v1[i] += tau * this.#v2[i];
    }
    for (let i = 0; i < this.#z1.length; i++) {
      this.#dz[i] = this.#z1[i] + tau * this.#z2[i];
    }
    for (const cone of this.#cones.all) {
      cone.multiply(this.#dz, this.#ds);
    }
    for (let i = 0; i < this.#ds.length; i++) {
      this.#ds[i] = -this.#target[i] - this.#ds[i];
    }
    return { tau, kappa: -(kappaTarget + this.#kappa * tau) / this.#tau };
  }

  #tauStep(reduction: number, kappaTarget: number, q: Float64Array, h: Float64Array): number {
    const tau = this.#tau;
    const cross = (2 * product(this.#pv, this.#v1)) / tau;
    const above =
      -reduction * this.#rt +
      kappaTarget / tau -
      cross -
      product(q, this.#v1) -
      product(h, this.#z1);
    const crossTwo = (2 * product(this.#pv, this.#v2)) / tau;
    const curvature = product(this.#v, this.#pv) / (tau * tau);
    const below =
      crossTwo + product(q, this.#v2) + product(h, this.#z2) - curvature - this.#kappa / tau;
    return below < 0 ? above / below : 0;
  }

  #longestStep(step: { tau: number; kappa: number }, limit: number): number {
    let length = limit;
    if (step.tau < 0) {
      length = Math.min(length, -this.#tau / step.tau);
    }
    if (step.kappa < 0) {
      length = Math.min(length, -this.#kappa / step.kappa);
    }
    const point = { s: this.#s, z: this.#z };
    const delta = { s: this.#ds, z: this.#dz };
    for (const cone of this.#cones.all) {
      length = cone.longestStep(point, delta, length);
    }
    return length;
  }

  #move(step: { tau: number; kappa: number }, length: number): boolean {
    if (!(length > 1e-8) || !Number.isFinite(largest(this.#v1) + largest(this.#dz))) {
      return false;
    }
    for (let i = 0; i < this.#v.length; i++) {
      this.#v[i] += length * this.#v1[i];
    }
    for (let i = 0; i < this.#s.length; i++) {
      this.#s[i] += length * this.#ds[i];
      this.#z[i] += length * this.#dz[i];
    }
    this.#tau += length * step.tau;
    this.#kappa += length * step.kappa;
    return this.#tau > 0 && this.#kappa > 0;
  }

  #snapshot(
    status: ConicSolution["status"],
    iterations: number,
    residuals: ConicResiduals = {
      primal: Number.POSITIVE_INFINITY,
      dual: Number.POSITIVE_INFINITY,
      gap: Number.POSITIVE_INFINITY,
    },
  ): ConicSolution {
    const isRay = status === "infeasible" || status === "unbounded";
    const scale = isRay ? 1 : 1 / this.#tau;
    return {
      status,
      v: this.#v.map((value) => value * scale),
      z: this.#z.map((value) => value * scale),
      iterations,
      residuals,
    };
  }
}

function worst({ primal, dual, gap }: ConicResiduals): number {
  return Math.max(primal, dual, gap);
}

function product(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    sum += x[i] * y[i];
  }
  return sum;
}
