import type { Cone, ConicPoint, Places } from "./cone.ts";
import { NormCone } from "./norm.ts";

/** Rows (a, b, c) of every scenario with a ≥ √(b² + c²): a second-order cone in each. */
export class LorentzCone implements Cone {
  readonly degree: number;
  readonly #cones: readonly NormCone[];

  /** @param places - Place of the first of the three rows. */
  constructor({ first, stride, count }: Places) {
    this.degree = count;
    this.#cones = Array.from({ length: count }, (_, t) => {
      const head = first + t * stride;
      return new NormCone(head, { first: head + 1, stride: 1, count: 2 });
    });
  }

  start(s: Float64Array, z: Float64Array): void {
    for (const cone of this.#cones) {
      cone.start(s, z);
    }
  }

  scale(s: Float64Array, z: Float64Array): boolean {
    return this.#cones.every((cone) => cone.scale(s, z));
  }

  divide(v: Float64Array, out: Float64Array): void {
    for (const cone of this.#cones) {
      cone.divide(v, out);
    }
  }

  target(point: ConicPoint, step: ConicPoint, centrality: number, out: Float64Array): void {
    for (const cone of this.#cones) {
      cone.target(point, step, centrality, out);
    }
  }

  longestStep(point: ConicPoint, step: ConicPoint, limit: number): number {
    let length = limit;
    for (const cone of this.#cones) {
      length = cone.longestStep(point, step, length);
    }
    return length;
  }

  /** Always: the corrector of a symmetric cone finds back from anywhere inside. */
  isCentral(): boolean {
    return true;
  }

  /** U = W⁻¹, which is symmetric. */
  applyRoot(scenario: number, matrix: Float64Array, row: number, width: number): void {
    const { headScaling, tail, eta } = this.#cones[scenario];
    const start = row * width;
    for (let j = 0; j < width; j++) {
      const a = matrix[start + j];
      const b = matrix[start + width + j];
      const c = matrix[start + 2 * width + j];
      const along = tail[0] * b + tail[1] * c;
      const factor = along / (1 + headScaling) - a;
      matrix[start + j] = (headScaling * a - along) / eta;
      matrix[start + width + j] = (b + factor * tail[0]) / eta;
      matrix[start + 2 * width + j] = (c + factor * tail[1]) / eta;
    }
  }
}
