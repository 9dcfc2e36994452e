import type { Cone, ConicPoint, Places } from "./cone.ts";

/** Rows that are at least 0, one in every scenario. H = s/z. */
export class NonnegativeCone implements Cone {
  readonly degree: number;
  readonly #places: Places;
  readonly #scaling: Float64Array;
  readonly #root: Float64Array;

  constructor(places: Places) {
    this.#places = places;
    this.degree = places.count;
    this.#scaling = new Float64Array(places.count);
    this.#root = new Float64Array(places.count);
  }

  start(s: Float64Array, z: Float64Array): void {
    const { first, stride, count } = this.#places;
    for (let t = 0; t < count; t++) {
      s[first + t * stride] = 1;
      z[first + t * stride] = 1;
    }
  }

  scale(s: Float64Array, z: Float64Array): boolean {
    const { first, stride, count } = this.#places;
    for (let t = 0; t < count; t++) {
      const at = first + t * stride;
      const ratio = s[at] / z[at];
      if (!(s[at] > 0 && z[at] > 0 && ratio > 0 && ratio < Number.POSITIVE_INFINITY)) {
        return false;
      }
      this.#scaling[t] = ratio;
      this.#root[t] = 1 / Math.sqrt(ratio);
    }
    return true;
  }

  divide(v: Float64Array, out: Float64Array): void {
    const { first, stride, count } = this.#places;
    for (let t = 0; t < count; t++) {
      out[first + t * stride] = v[first + t * stride] / this.#scaling[t];
    }
  }

  /** d = (Δs·Δz − σμ)/z: Mehrotra's corrector. */
  target(point: ConicPoint, step: ConicPoint, centrality: number, out: Float64Array): void {
    const { first, stride, count } = this.#places;
    for (let t = 0; t < count; t++) {
      const at = first + t * stride;
      out[at] = (step.s[at] * step.z[at] - centrality) / point.z[at];
    }
  }

  longestStep(point: ConicPoint, step: ConicPoint, limit: number): number {
    const { first, stride, count } = this.#places;
    let length = limit;
    for (let t = 0; t < count; t++) {
      const at = first + t * stride;
      if (step.s[at] < 0) {
        length = Math.min(length, -point.s[at] / step.s[at]);
      }
      if (step.z[at] < 0) {
        length = Math.min(length, -point.z[at] / step.z[at]);
      }
    }
    return length;
  }

  /** Always: the corrector of a symmetric cone finds back from anywhere inside. */
  isCentral(): boolean {
    return true;
  }

  applyRoot(scenario: number, matrix: Float64Array, row: number, width: number): void {
    const root = this.#root[scenario];
    for (let j = row * width; j < (row + 1) * width; j++) {
      matrix[j] *= root;
    }
  }
}
