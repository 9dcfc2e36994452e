import type { Cone, ConicPoint, Places } from "./cone.ts";
import type { TripleBarrier } from "./triple-barrier.ts";
import { invertThree, TripleScaling } from "./triple-scaling.ts";

// A step that leaves a cone is shortened by this factor until it does not.
const BACKTRACK = 0.85;
const BACKTRACKS_MAX = 200;
// Then the end of the cone is searched for by halving what is left.
const BISECTIONS = 4;
const ECCENTRICITY_MAX = 1e2;

/**
 * Rows (a, b, c) of every scenario in an exponential or power cone.
 *
 * H is the scaling of Dahl & Andersen 2022, §4 (rank four, so that Hz = s and H maps one shadow
 * point to the other), and μ∇²f* where that is not defined. The corrector is theirs of third order.
 */
export class TripleCone implements Cone {
  readonly degree: number;
  readonly #places: Places;
  readonly #barrier: TripleBarrier;
  readonly #scaling: TripleScaling;
  /** U with U'U = H⁻¹, nine entries a scenario. */
  readonly #root = new Float64Array(9);
  readonly #inverses: Float64Array;
  readonly #x = new Float64Array(3);
  readonly #y = new Float64Array(3);
  readonly #out = new Float64Array(3);

  /** @param places - Place of the first of the three rows. */
  constructor(places: Places, barrier: TripleBarrier) {
    this.#places = places;
    this.#barrier = barrier;
    this.#scaling = new TripleScaling(barrier);
    this.degree = 3 * places.count;
    this.#inverses = new Float64Array(9 * places.count);
  }

  start(s: Float64Array, z: Float64Array): void {
    const { first, stride, count } = this.#places;
    for (let t = 0; t < count; t++) {
      s.set(this.#barrier.start, first + t * stride);
      z.set(this.#barrier.start, first + t * stride);
    }
  }

  scale(s: Float64Array, z: Float64Array, mu: number): boolean {
    const { first, stride, count } = this.#places;
    for (let t = 0; t < count; t++) {
      const at = first + t * stride;
      this.#x.set(s.subarray(at, at + 3));
      this.#y.set(z.subarray(at, at + 3));
      if (
        !this.#isInside(this.#x, this.#y) ||
        !this.#scaling.root(this.#x, this.#y, mu, this.#root)
      ) {
        return false;
      }
      if (!invertThree(this.#root, this.#inverses.subarray(9 * t, 9 * t + 9))) {
        return false;
      }
    }
    return true;
  }

  divide(v: Float64Array, out: Float64Array): void {
    const { first, stride, count } = this.#places;
    const u = this.#inverses;
    for (let t = 0; t < count; t++) {
      const at = first + t * stride;
      const m = 9 * t;
      const a = u[m] * v[at] + u[m + 1] * v[at + 1] + u[m + 2] * v[at + 2];
      const b = u[m + 3] * v[at] + u[m + 4] * v[at + 1] + u[m + 5] * v[at + 2];
      const c = u[m + 6] * v[at] + u[m + 7] * v[at + 1] + u[m + 8] * v[at + 2];
      out[at] = u[m] * a + u[m + 3] * b + u[m + 6] * c;
      out[at + 1] = u[m + 1] * a + u[m + 4] * b + u[m + 7] * c;
      out[at + 2] = u[m + 2] * a + u[m + 5] * b + u[m + 8] * c;
    }
  }

  /** d = σμ∇f*(z) + the correction −½∇³f*(z)[Δz, (∇²f*(z))⁻¹Δs]. */
  target(point: ConicPoint, step: ConicPoint, centrality: number, out: Float64Array): void {
    const { first, stride, count } = this.#places;
    for (let t = 0; t < count; t++) {
      const at = first + t * stride;
      this.#y.set(point.z.subarray(at, at + 3));
      const ds = step.s.subarray(at, at + 3);
      const dz = step.z.subarray(at, at + 3);
      this.#scaling.target(this.#y, ds, dz, centrality, this.#out);
      for (let i = 0; i < 3; i++) {
        out[at + i] = this.#out[i];
      }
    }
  }

  longestStep(point: ConicPoint, step: ConicPoint, limit: number): number {
    const { first, stride, count } = this.#places;
    let length = limit;
    for (let t = 0; t < count; t++) {
      length = this.#longestOf(point, step, first + t * stride, length);
    }
    return length;
  }

  /** Whether μ·⟨∇f(s), ∇f*(z)⟩/3, which is 1 on the central path, is not much more. */
  isCentral(point: ConicPoint, step: ConicPoint, length: number, mu: number): boolean {
    const { first, stride, count } = this.#places;
    for (let t = 0; t < count; t++) {
      const isInside = this.#isInsideAfter(point, step, first + t * stride, length);
      if (!isInside || !(mu * this.#scaling.shadowMu(this.#x, this.#y) <= ECCENTRICITY_MAX)) {
        return false;
      }
    }
    return true;
  }

  applyRoot(scenario: number, matrix: Float64Array, row: number, width: number): void {
    const at = 9 * scenario;
    const start = row * width;
    const u = this.#inverses;
    for (let j = 0; j < width; j++) {
      const a = matrix[start + j];
      const b = matrix[start + width + j];
      const c = matrix[start + 2 * width + j];
      matrix[start + j] = u[at] * a + u[at + 1] * b + u[at + 2] * c;
      matrix[start + width + j] = u[at + 3] * a + u[at + 4] * b + u[at + 5] * c;
      matrix[start + 2 * width + j] = u[at + 6] * a + u[at + 7] * b + u[at + 8] * c;
    }
  }

  #longestOf(point: ConicPoint, step: ConicPoint, at: number, limit: number): number {
    if (this.#isInsideAfter(point, step, at, limit)) {
      return limit;
    }
    let outside = limit;
    let inside = limit * BACKTRACK;
    for (let i = 0; !this.#isInsideAfter(point, step, at, inside); i++) {
      if (i === BACKTRACKS_MAX) {
        return 0;
      }
      outside = inside;
      inside *= BACKTRACK;
    }
    for (let i = 0; i < BISECTIONS; i++) {
      const middle = (inside + outside) / 2;
      if (this.#isInsideAfter(point, step, at, middle)) {
        inside = middle;
      } else {
        outside = middle;
      }
    }
    return inside;
  }

  #isInsideAfter(point: ConicPoint, step: ConicPoint, at: number, length: number): boolean {
    for (let j = 0; j < 3; j++) {
      this.#x[j] = point.s[at + j] + length * step.s[at + j];
      this.#y[j] = point.z[at + j] + length * step.z[at + j];
    }
    return this.#isInside(this.#x, this.#y);
  }

  #isInside(s: Float64Array, z: Float64Array): boolean {
    return this.#barrier.isInside(s[0], s[1], s[2]) && this.#barrier.isInsideDual(z[0], z[1], z[2]);
  }
}
