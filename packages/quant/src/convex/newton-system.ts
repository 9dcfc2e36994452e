import type { ProblemCones } from "./cones/build-cones.ts";
import type { ConicOperator } from "./conic-operator.ts";
import type { ConicProblem } from "./conic-problem.ts";
import { ReducedSystem } from "./reduced-system.ts";

const REFINEMENTS_MAX = 2;
const RESIDUAL_TOLERANCE = 1e-12;

/**
 * Solves the Newton system of the conic program,
 *
 *     PΔv − G'Δz = a,   −GΔv − HΔz = b,
 *
 * by the reduced system, and corrects the solution by its residual.
 */
export class NewtonSystem {
  readonly #problem: ConicProblem;
  readonly #cones: ProblemCones;
  readonly #operator: ConicOperator;
  readonly #reduced: ReducedSystem;
  readonly #aRest: Float64Array;
  readonly #bRest: Float64Array;
  readonly #vStep: Float64Array;
  readonly #zStep: Float64Array;
  readonly #rows: Float64Array;
  readonly #scratch: Float64Array;

  constructor(problem: ConicProblem, cones: ProblemCones, operator: ConicOperator) {
    this.#problem = problem;
    this.#cones = cones;
    this.#operator = operator;
    this.#reduced = new ReducedSystem(problem, cones);
    this.#aRest = new Float64Array(problem.q.length);
    this.#bRest = new Float64Array(problem.h.length);
    this.#vStep = new Float64Array(problem.q.length);
    this.#zStep = new Float64Array(problem.h.length);
    this.#rows = new Float64Array(problem.rows.length);
    this.#scratch = new Float64Array(problem.h.length);
  }

  /** Factors the system with the current scalings. */
  factor(): void {
    this.#reduced.factor();
  }

  /** Solves for Δv and Δz. */
  solve(a: Float64Array, b: Float64Array, v: Float64Array, z: Float64Array): void {
    this.#solveOnce(a, b, v, z);
    let error = this.#residual(a, b, v, z);
    const size = Math.max(largest(a), largest(b), Number.MIN_VALUE);
    for (let i = 0; i < REFINEMENTS_MAX && error > RESIDUAL_TOLERANCE * size; i++) {
      this.#solveOnce(this.#aRest, this.#bRest, this.#vStep, this.#zStep);
      addTo(v, 1, this.#vStep);
      addTo(z, 1, this.#zStep);
      const improved = this.#residual(a, b, v, z);
      if (!(improved < error)) {
        addTo(v, -1, this.#vStep);
        addTo(z, -1, this.#zStep);
        return;
      }
      error = improved;
    }
  }

  #solveOnce(a: Float64Array, b: Float64Array, v: Float64Array, z: Float64Array): void {
    const { rowStart } = this.#problem;
    const scaled = this.#scratch;
    for (const cone of this.#cones.all) {
      cone.divide(b, scaled);
    }
    this.#operator.backward(scaled, v);
    for (let i = 0; i < v.length; i++) {
      v[i] = a[i] - v[i];
    }
    for (let i = 0; i < this.#rows.length; i++) {
      this.#rows[i] = -b[rowStart + i];
    }
    this.#reduced.solve(v, this.#rows);
    this.#operator.forward(v, scaled);
    for (let i = 0; i < scaled.length; i++) {
      scaled[i] = -scaled[i] - b[i];
    }
    for (const cone of this.#cones.all) {
      cone.divide(scaled, z);
    }
    for (let i = 0; i < this.#rows.length; i++) {
      z[rowStart + i] = -this.#rows[i];
    }
  }

  /** Writes what the two equations still miss, and returns its largest entry. */
  #residual(a: Float64Array, b: Float64Array, v: Float64Array, z: Float64Array): number {
    const aRest = this.#aRest;
    const bRest = this.#bRest;
    const scratch = this.#scratch;
    this.#operator.backward(z, aRest);
    addQuadratic(this.#problem, v, aRest, -1);
    for (let i = 0; i < aRest.length; i++) {
      aRest[i] += a[i];
    }
    this.#operator.forward(v, bRest);
    for (const cone of this.#cones.all) {
      cone.multiply(z, scratch);
    }
    for (let i = 0; i < bRest.length; i++) {
      bRest[i] += b[i] + scratch[i];
    }
    return Math.max(largest(aRest), largest(bRest));
  }
}

/** Adds factor·Px to the first entries of `out`. */
export function addQuadratic(
  { quadratic }: ConicProblem,
  v: Float64Array,
  out: Float64Array,
  factor: number,
): void {
  if (quadratic === undefined) {
    return;
  }
  const { rows: n, values } = quadratic;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) {
      sum += values[i * n + j] * v[j];
    }
    out[i] += factor * sum;
  }
}

/** Finds the largest magnitude; NaN where an entry is NaN. */
export function largest(values: Float64Array): number {
  let size = 0;
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i]);
    if (!(magnitude <= size)) {
      size = magnitude;
    }
  }
  return size;
}

function addTo(x: Float64Array, factor: number, y: Float64Array): void {
  for (let i = 0; i < x.length; i++) {
    x[i] += factor * y[i];
  }
}
