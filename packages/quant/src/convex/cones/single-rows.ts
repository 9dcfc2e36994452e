import type { ConicRow } from "../conic-block.ts";
import type { Cone, ConicPoint } from "./cone.ts";

/** The rows that belong to no block: equal to 0 (H = 0, s stays 0) or at least 0 (H = s/z). */
export class SingleRows implements Cone {
  readonly degree: number;
  /** H of every row. */
  readonly scaling: Float64Array;
  readonly #first: number;
  readonly #free: readonly boolean[];

  constructor(rows: readonly ConicRow[], first: number) {
    this.#first = first;
    this.#free = rows.map((row) => row.kind === "zero");
    this.degree = this.#free.filter((isFree) => !isFree).length;
    this.scaling = new Float64Array(rows.length);
  }

  start(s: Float64Array, z: Float64Array): void {
    for (let i = 0; i < this.#free.length; i++) {
      s[this.#first + i] = this.#free[i] ? 0 : 1;
      z[this.#first + i] = this.#free[i] ? 0 : 1;
    }
  }

  scale(s: Float64Array, z: Float64Array): boolean {
    for (let i = 0; i < this.#free.length; i++) {
      const at = this.#first + i;
      if (this.#free[i]) {
        continue;
      }
      const ratio = s[at] / z[at];
      if (!(s[at] > 0 && z[at] > 0 && ratio > 0 && ratio < Number.POSITIVE_INFINITY)) {
        return false;
      }
      this.scaling[i] = ratio;
    }
    return true;
  }

  /** Leaves the rows at 0: their multipliers are unknowns of the reduced system. */
  divide(_v: Float64Array, out: Float64Array): void {
    out.fill(0, this.#first, this.#first + this.#free.length);
  }

  target(point: ConicPoint, step: ConicPoint, centrality: number, out: Float64Array): void {
    for (let i = 0; i < this.#free.length; i++) {
      const at = this.#first + i;
      out[at] = this.#free[i] ? 0 : (step.s[at] * step.z[at] - centrality) / point.z[at];
    }
  }

  longestStep(point: ConicPoint, step: ConicPoint, limit: number): number {
    let length = limit;
    for (let i = 0; i < this.#free.length; i++) {
      const at = this.#first + i;
      if (this.#free[i]) {
        continue;
      }
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

  applyRoot(): void {
    // Single rows have no scenarios.
  }
}
