import type { ConicPoint } from "./cones/cone.ts";
import type { ConicOperator } from "./conic-operator.ts";
import type { ConicProblem } from "./conic-problem.ts";
import { addQuadratic, largest } from "./newton-system.ts";

/** Errors of a point relative to the size of what should cancel. */
export interface ConicResiduals {
  readonly primal: number;
  readonly dual: number;
  readonly gap: number;
}

/** What a point of the homogeneous embedding is. */
export type EmbeddingVerdict = "optimal" | "infeasible" | "unbounded" | "undecided";

// A ray counts as a certificate when its error is this small beside what it proves.
const CERTIFICATE_TOLERANCE = 1e-9;
// Certificates are looked for once τ is this small beside κ.
const RAY_RATIO = 1e-3;
// How much of the largest slack counts as size in the primal residual.
const SLACK_SHARE = 1e-3;
// How much of the largest multiplier counts as size in the dual residual.
const MULTIPLIER_SHARE = 0.1;

/**
 * A point of the homogeneous self-dual embedding: Pv − G'z + qτ, s − Gv − hτ and
 * κ + v'Pv/τ + q'v + h'z go to 0; v/τ is then the answer, or (v, z) a certificate where τ does too.
 */
export class Embedding {
  readonly v: Float64Array;
  readonly s: Float64Array;
  readonly z: Float64Array;
  tau = 1;
  kappa = 1;
  /** Pv. */
  readonly pv: Float64Array;
  /** Pv − G'z + qτ. */
  readonly dualRest: Float64Array;
  /** s − Gv − hτ. */
  readonly primalRest: Float64Array;
  /** κ + v'Pv/τ + q'v + h'z. */
  tauRest = 0;
  /** Σ|sᵢzᵢ|/τ², the size of what the gap is made of. */
  magnitude = 0;
  residuals: ConicResiduals = { primal: Infinity, dual: Infinity, gap: Infinity };
  readonly #problem: ConicProblem;
  readonly #operator: ConicOperator;
  readonly #variableScratch: Float64Array;
  readonly #rowScratch: Float64Array;

  constructor(problem: ConicProblem, operator: ConicOperator) {
    this.#problem = problem;
    this.#operator = operator;
    this.v = new Float64Array(problem.q.length);
    this.pv = new Float64Array(problem.q.length);
    this.dualRest = new Float64Array(problem.q.length);
    this.#variableScratch = new Float64Array(problem.q.length);
    this.s = new Float64Array(problem.h.length);
    this.z = new Float64Array(problem.h.length);
    this.primalRest = new Float64Array(problem.h.length);
    this.#rowScratch = new Float64Array(problem.h.length);
  }

  /** Gives μ, the mean of s'z and κτ over the degree of the cones and 1. */
  centrality(degree: number): number {
    return (this.tau * this.kappa + product(this.s, this.z)) / (degree + 1);
  }

  /** Gives μ after a step of this length. */
  centralityAfter(
    delta: ConicPoint,
    step: { readonly tau: number; readonly kappa: number },
    length: number,
    degree: number,
  ): number {
    let sum = (this.tau + length * step.tau) * (this.kappa + length * step.kappa);
    for (let i = 0; i < this.s.length; i++) {
      sum += (this.s[i] + length * delta.s[i]) * (this.z[i] + length * delta.z[i]);
    }
    return sum / (degree + 1);
  }

  /** Computes the residuals at the point, and what it is to this tolerance. */
  judge(tolerance: number): EmbeddingVerdict {
    this.#computeRests();
    const { q, h } = this.#problem;
    const { tau } = this;
    const linear = product(q, this.v);
    const dual = product(h, this.z);
    const curvature = product(this.v, this.pv) / tau;
    const primalObjective = (linear + curvature / 2) / tau;
    const dualObjective = -(dual + curvature / 2) / tau;
    this.magnitude = absoluteProduct(this.s, this.z) / (tau * tau);
    const size = Math.max(
      1,
      this.magnitude,
      Math.min(Math.abs(primalObjective), Math.abs(dualObjective)),
    );
    this.residuals = {
      primal: largest(this.primalRest) / (tau + SLACK_SHARE * largest(this.s)),
      dual: largest(this.dualRest) / (tau + MULTIPLIER_SHARE * largest(this.z)),
      gap: Math.abs(primalObjective - dualObjective) / size,
    };
    if (worstResidual(this.residuals) <= tolerance) {
      return "optimal";
    }
    return tau < RAY_RATIO * this.kappa ? this.#judgeRay(linear, dual) : "undecided";
  }

  #judgeRay(linear: number, dual: number): EmbeddingVerdict {
    if (dual < 0) {
      this.#operator.backward(this.z, this.#variableScratch);
      if (largest(this.#variableScratch) <= -dual * CERTIFICATE_TOLERANCE) {
        return "infeasible";
      }
    }
    if (linear < 0) {
      this.#operator.forward(this.v, this.#rowScratch);
      for (let i = 0; i < this.s.length; i++) {
        this.#rowScratch[i] -= this.s[i];
      }
      const error = Math.max(largest(this.#rowScratch), largest(this.pv));
      return error <= -linear * CERTIFICATE_TOLERANCE ? "unbounded" : "undecided";
    }
    return "undecided";
  }

  #computeRests(): void {
    const { q, h } = this.#problem;
    this.pv.fill(0);
    addQuadratic(this.#problem, this.v, this.pv, 1);
    this.#operator.backward(this.z, this.dualRest);
    for (let i = 0; i < q.length; i++) {
      this.dualRest[i] = this.pv[i] - this.dualRest[i] + q[i] * this.tau;
    }
    this.#operator.forward(this.v, this.primalRest);
    for (let i = 0; i < h.length; i++) {
      this.primalRest[i] = this.s[i] - this.primalRest[i] - h[i] * this.tau;
    }
    const curvature = product(this.v, this.pv) / this.tau;
    this.tauRest = this.kappa + curvature + product(q, this.v) + product(h, this.z);
  }
}

export function worstResidual({ primal, dual, gap }: ConicResiduals): number {
  return Math.max(primal, dual, gap);
}

/** Computes x'y of two vectors of one length. */
export function product(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    sum += x[i] * y[i];
  }
  return sum;
}

function absoluteProduct(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    sum += Math.abs(x[i] * y[i]);
  }
  return sum;
}
