import { addMultiple } from "../../linalg/add-multiple.ts";
import { Breakpoints } from "./breakpoints.ts";
import { type Edge, PRICE_TOLERANCE } from "./edge-pricing.ts";
import type { KinkProgram } from "./kink-program.ts";
import type { Vertex } from "./vertex.ts";

// Slower moves are rounding.
const MOVE_MIN = 1e-9;

/** What ends an edge: a row, or past the rows the place of a free variable or the edge's own. */
export interface EdgeEnd {
  readonly id: number;
  readonly distance: number;
  /** How many kinks are passed on the way. */
  readonly passed: number;
}

/** The way along an edge. */
export class EdgeWalk {
  readonly #vertex: Vertex;
  readonly #program: KinkProgram;
  readonly #breakpoints: Breakpoints;
  readonly #dz: Float64Array;
  #column: Float64Array = new Float64Array(64);
  /** How the free variables move, by place. */
  dv: Float64Array = new Float64Array(64);
  /** The kinks that are passed, nearest first. */
  readonly passed: Int32Array;

  constructor(vertex: Vertex) {
    this.#vertex = vertex;
    this.#program = vertex.program;
    const count = vertex.z.length;
    this.#breakpoints = new Breakpoints(count + vertex.v.length + 1);
    this.#dz = new Float64Array(count);
    this.passed = new Int32Array(count);
  }

  /** Computes how variables and rows move along an edge. */
  direct({ variable, place, sign }: Edge): void {
    const { inverse, free } = this.#vertex;
    const dz = this.#dz;
    this.#reserve();
    dz.fill(0);
    if (variable === -1) {
      this.#column.fill(0, 0, free.length);
      this.#column[place] = sign;
    } else {
      this.#vertex.gatherColumn(variable, this.#column);
      for (let b = 0; b < free.length; b++) {
        this.#column[b] *= -sign;
      }
      addMultiple(dz, sign, this.#program.rows.column(variable));
    }
    inverse.solve(this.#column, this.dv);
    for (let a = 0; a < free.length; a++) {
      if (this.dv[a] !== 0) {
        addMultiple(dz, this.dv[a], this.#program.rows.column(free[a]));
      }
    }
  }

  /** Walks over the kinks ahead until the objective no longer falls. */
  findEnd(edge: Edge): EdgeEnd | undefined {
    const breakpoints = this.#breakpoints;
    breakpoints.clear();
    this.#collectKinks();
    this.#collectBounds(edge);
    breakpoints.order();
    const count = this.#vertex.z.length;
    let rest = edge.descent;
    let passed = 0;
    while (breakpoints.count > 0) {
      const distance = breakpoints.nearest();
      const id = breakpoints.pop();
      rest -= id < count ? this.#steepening(id) : Number.POSITIVE_INFINITY;
      if (rest <= PRICE_TOLERANCE) {
        return { id, distance, passed };
      }
      this.passed[passed] = id;
      passed += 1;
    }
    return undefined;
  }

  move({ variable, sign }: Edge, distance: number): void {
    const { free, v, z } = this.#vertex;
    for (let a = 0; a < free.length; a++) {
      v[free[a]] += distance * this.dv[a];
    }
    if (variable !== -1) {
      v[variable] += distance * sign;
    }
    addMultiple(z, distance, this.#dz);
  }

  #steepening(row: number): number {
    const { left, right } = this.#program;
    return (right[row] - left[row]) * Math.abs(this.#dz[row]);
  }

  #collectKinks(): void {
    const { side, z } = this.#vertex;
    const { left, right } = this.#program;
    const dz = this.#dz;
    for (let t = 0; t < z.length; t++) {
      const rate = side[t] * dz[t];
      if (rate < -MOVE_MIN && left[t] !== right[t]) {
        this.#breakpoints.add(t, Math.max(0, -z[t] / dz[t]));
      } else if (rate > MOVE_MIN && right[t] - left[t] === Number.POSITIVE_INFINITY) {
        this.#collectEquality(t);
      }
    }
  }

  /** A row that is an equality has no side to be on. */
  #collectEquality(t: number): void {
    if (this.#program.left[t] === -this.#program.right[t]) {
      this.#breakpoints.add(t, 0);
    }
  }

  #collectBounds({ variable, sign }: Edge): void {
    const { free, v } = this.#vertex;
    const count = this.#vertex.z.length;
    for (let a = 0; a < free.length; a++) {
      if (Math.abs(this.dv[a]) > MOVE_MIN) {
        this.#addBound(count + a, v[free[a]], this.dv[a], free[a]);
      }
    }
    if (variable !== -1) {
      this.#addBound(count + free.length, v[variable], sign, variable);
    }
  }

  #addBound(id: number, value: number, rate: number, variable: number): void {
    const { lower, upper } = this.#program;
    const bound = rate > 0 ? upper[variable] : lower[variable];
    if (Number.isFinite(bound)) {
      this.#breakpoints.add(id, Math.max(0, (bound - value) / rate));
    }
  }

  #reserve(): void {
    const size = this.#vertex.kinks.length;
    if (this.dv.length < size) {
      this.dv = new Float64Array(2 * size);
      this.#column = new Float64Array(2 * size);
    }
  }
}
