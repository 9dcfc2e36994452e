import type { ProblemCones } from "./cones/build-cones.ts";
import type { ConicPoint } from "./cones/cone.ts";
import type { ConicOperator } from "./conic-operator.ts";
import { type ConicProblem, evaluateExpression, isSymmetric } from "./conic-problem.ts";
import { ReducedSystem } from "./reduced-system.ts";

const REFINEMENTS_MAX = 2;
// Relative error of a step that is corrected. Scalings of exponential and power cones need more.
const RESIDUAL_TOLERANCE = 1e-9;
const NONSYMMETRIC_RESIDUAL_TOLERANCE = 1e-12;

/** A solution of the Newton system. */
export interface NewtonStep {
  readonly v: Float64Array;
  readonly z: Float64Array;
}

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
  readonly #correction: NewtonStep;
  readonly #tolerance: number;
  readonly #rows: Float64Array;
  readonly #scratch: Float64Array;
  /** What the scenarios of each block see. */
  readonly #seen: readonly Float64Array[];

  constructor(problem: ConicProblem, cones: ProblemCones, operator: ConicOperator) {
    this.#problem = problem;
    this.#cones = cones;
    this.#operator = operator;
    this.#reduced = new ReducedSystem(problem, cones);
    this.#aRest = new Float64Array(problem.q.length);
    this.#bRest = new Float64Array(problem.h.length);
    this.#tolerance = isSymmetric(problem) ? RESIDUAL_TOLERANCE : NONSYMMETRIC_RESIDUAL_TOLERANCE;
    this.#correction = {
      v: new Float64Array(problem.q.length),
      z: new Float64Array(problem.h.length),
    };
    this.#rows = new Float64Array(problem.rows.length);
    this.#scratch = new Float64Array(problem.h.length);
    this.#seen = problem.blocks.map((block) => new Float64Array(block.scenarios));
  }

  /** Factors the system with the current scalings. */
  factor(): void {
    this.#reduced.factor();
  }

  /**
   * Solves for Δv and Δz.
   *
   * @param b - The second right side, or what it has beyond s where a base is given.
   * @param base - The point (s, z) whose s is part of the right side: H⁻¹s is then z itself, and no
   *   rounding of H⁻¹ comes near it.
   */
  solve(a: Float64Array, b: Float64Array, step: NewtonStep, base?: ConicPoint): void {
    const { v, z } = step;
    this.#solveOnce(a, b, step, base);
    let error = this.#residual(a, b, step, base);
    const size = Math.max(largest(a), largest(b), Number.MIN_VALUE);
    for (let i = 0; i < REFINEMENTS_MAX && error > this.#tolerance * size; i++) {
      this.#solveOnce(this.#aRest, this.#bRest, this.#correction, undefined);
      addTo(v, 1, this.#correction.v);
      addTo(z, 1, this.#correction.z);
      const improved = this.#residual(a, b, step, base);
      if (!(improved < error)) {
        addTo(v, -1, this.#correction.v);
        addTo(z, -1, this.#correction.z);
        return;
      }
      error = improved;
    }
  }

  #solveOnce(
    a: Float64Array,
    b: Float64Array,
    { v, z }: NewtonStep,
    base: ConicPoint | undefined,
  ): void {
    const { rowStart } = this.#problem;
    const scaled = this.#scratch;
    this.#startRight(a, b, v, base);
    this.#reduced.solve(v, this.#rows, this.#seen);
    this.#operator.forwardSeen(v, this.#seen, scaled);
    for (let i = 0; i < scaled.length; i++) {
      scaled[i] = -scaled[i] - b[i];
    }
    for (const cone of this.#cones.all) {
      cone.divide(scaled, z);
    }
    for (let i = 0; base !== undefined && i < rowStart; i++) {
      z[i] -= base.z[i];
    }
    for (let i = 0; i < this.#rows.length; i++) {
      z[rowStart + i] = -this.#rows[i];
    }
  }

  /** Writes a − G'H⁻¹b into v, but for the links, and the right sides of links and single rows. */
  #startRight(
    a: Float64Array,
    b: Float64Array,
    v: Float64Array,
    base: ConicPoint | undefined,
  ): void {
    const { rowStart } = this.#problem;
    const scaled = this.#scratch;
    for (const cone of this.#cones.all) {
      cone.divide(b, scaled);
    }
    for (let i = 0; base !== undefined && i < rowStart; i++) {
      scaled[i] += base.z[i];
    }
    this.#operator.backwardSeen(scaled, v, this.#seen);
    for (let i = 0; i < v.length; i++) {
      v[i] = a[i] - v[i];
    }
    for (const seen of this.#seen) {
      negate(seen);
    }
    for (let i = 0; i < this.#rows.length; i++) {
      this.#rows[i] = -b[rowStart + i] - (base === undefined ? 0 : base.s[rowStart + i]);
    }
  }

  /**
   * Writes what the equations still miss, and returns its largest entry. Rows of blocks miss
   * nothing: Δz was computed from them.
   */
  #residual(
    a: Float64Array,
    b: Float64Array,
    { v, z }: NewtonStep,
    base: ConicPoint | undefined,
  ): number {
    const { rows, rowStart } = this.#problem;
    const aRest = this.#aRest;
    const bRest = this.#bRest;
    this.#operator.backward(z, aRest);
    addQuadratic(this.#problem, v, aRest, -1);
    for (let i = 0; i < aRest.length; i++) {
      aRest[i] += a[i];
    }
    const { scaling } = this.#cones.singleRows;
    let error = largest(aRest);
    for (let i = 0; i < rows.length; i++) {
      const at = rowStart + i;
      const value = evaluateExpression(this.#problem, rows[i].expression, v);
      const right = b[at] + (base === undefined ? 0 : base.s[at]);
      bRest[at] = right + value + scaling[i] * z[at];
      error = Math.max(error, Math.abs(bRest[at]));
    }
    return error;
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

function negate(values: Float64Array): void {
  for (let i = 0; i < values.length; i++) {
    values[i] = -values[i];
  }
}

function addTo(x: Float64Array, factor: number, y: Float64Array): void {
  for (let i = 0; i < x.length; i++) {
    x[i] += factor * y[i];
  }
}
