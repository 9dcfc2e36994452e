import { type Edge, EdgePricing } from "./edge-pricing.ts";
import { type EdgeEnd, EdgeWalk } from "./edge-walk.ts";
import type { KinkProgram, KinkVertex } from "./kink-program.ts";
import { AT_LOWER, AT_UPPER, FREE, type Vertex } from "./vertex.ts";

export type KinkStatus = "optimal" | "unbounded" | "failed";

// In units of size 1.
const UNIQUE_MARGIN = 1e-7;
const PIVOT_MIN = 1e-9;
const STEP_ROUNDING = 1e-13;
const REFRESH_EVERY = 64;
// Steps of length 0 in a row that are put up with.
const STALLED_STEPS = 12;

/**
 * Minimizes a kinked program from vertex to vertex along edges, each as far as it leads down, over
 * the kinks on the way: the simplex method on the dual program with bounded variables and long steps
 * (Fourer 1985, "A simplex algorithm for piecewise-linear programming I"; Maros 2003,
 * "Computational Techniques of the Simplex Method", §10).
 *
 * Where steps of length 0 follow each other, kinks are moved apart until the end; where that does
 * not help, the lowest numbers are taken (Bland's rule).
 */
export class KinkSimplex {
  readonly #vertex: Vertex;
  readonly #program: KinkProgram;
  readonly #pricing: EdgePricing;
  readonly #walk: EdgeWalk;
  #row: Float64Array = new Float64Array(64);
  #column: Float64Array = new Float64Array(64);
  #changes = 0;
  #stalled = 0;
  #perturbation: "none" | "present" | "past" = "none";
  #iterations = 0;

  /** @param vertex - Has been refreshed. */
  constructor(vertex: Vertex) {
    this.#vertex = vertex;
    this.#program = vertex.program;
    this.#pricing = new EdgePricing(vertex);
    this.#walk = new EdgeWalk(vertex);
  }

  /** Goes on until no edge leads down. */
  run(iterationsMax: number, shouldStop: () => boolean): KinkStatus {
    while (this.#iterations < iterationsMax && !shouldStop()) {
      const edge = this.#nextEdge();
      if (edge !== undefined) {
        this.#iterations += 1;
        const status = this.#follow(edge);
        if (status !== "moved") {
          return status;
        }
      } else if (this.#isExact()) {
        return "optimal";
      } else if (!this.#makeExact()) {
        return "failed";
      }
    }
    return "failed";
  }

  #isExact(): boolean {
    return this.#changes === 0 && this.#perturbation !== "present";
  }

  /** Computes the vertex afresh, without a perturbation. */
  #makeExact(): boolean {
    this.#changes = 0;
    this.#stalled = 0;
    if (this.#perturbation !== "present") {
      return this.#vertex.refresh();
    }
    this.#perturbation = "past";
    return this.#vertex.restore();
  }

  result(): KinkVertex {
    const { v, kinks, prices, reducedCosts, side } = this.#vertex;
    const slopes = Float64Array.from(side, (s, t) => (s === 0 ? 0 : this.#vertex.slope(t)));
    for (let b = 0; b < kinks.length; b++) {
      slopes[kinks[b]] = prices[b];
    }
    const iterations = this.#iterations;
    return { v, slopes, reducedCosts, iterations, isUnique: this.#isUnique() };
  }

  #isUnique(): boolean {
    const { state, reducedCosts, kinks, prices } = this.#vertex;
    const { left, right, lower, upper } = this.#program;
    for (let j = 0; j < state.length; j++) {
      const isHeld = state[j] !== FREE && lower[j] < upper[j];
      if (isHeld && Math.abs(reducedCosts[j]) < UNIQUE_MARGIN) {
        return false;
      }
    }
    return kinks.every((t, b) => {
      const margin = Math.min(1, right[t] - left[t]) * UNIQUE_MARGIN;
      return prices[b] > left[t] + margin && prices[b] < right[t] - margin;
    });
  }

  #nextEdge(): Edge | undefined {
    if (this.#stalled > STALLED_STEPS && this.#perturbation === "none") {
      this.#vertex.perturb();
      this.#perturbation = "present";
      this.#stalled = 0;
    }
    return this.#stalled > STALLED_STEPS ? this.#pricing.first() : this.#pricing.steepest();
  }

  #follow(edge: Edge): "moved" | "unbounded" | "failed" {
    this.#walk.direct(edge);
    const end = this.#walk.findEnd(edge);
    if (end === undefined) {
      return "unbounded";
    }
    this.#walk.move(edge, end.distance);
    this.#stalled = end.distance > STEP_ROUNDING ? 0 : this.#stalled + 1;
    this.#passKinks(end);
    return this.#exchange(edge, end.id) ? "moved" : "failed";
  }

  #passKinks({ passed }: EdgeEnd): void {
    const { side, gradient, program } = this.#vertex;
    for (let i = 0; i < passed; i++) {
      const t = this.#walk.passed[i];
      const before = this.#vertex.slope(t);
      side[t] = side[t] > 0 ? -1 : 1;
      program.rows.addRow(t, this.#vertex.slope(t) - before, gradient);
    }
  }

  /** Changes the kernel for what has left and what was met. */
  #exchange(edge: Edge, blocking: number): boolean {
    const { z, free } = this.#vertex;
    this.#reserve();
    if (edge.place !== -1) {
      this.#leaveKink(edge);
    }
    const isDone =
      blocking < z.length
        ? this.#meetKink(edge, blocking)
        : blocking === z.length + free.length
          ? this.#reachOwnBound(edge)
          : this.#meetBound(edge, blocking - z.length);
    this.#changes += 1;
    if (!isDone || this.#changes >= REFRESH_EVERY) {
      this.#changes = 0;
      return this.#vertex.refresh();
    }
    this.#vertex.price();
    return true;
  }

  #leaveKink({ place, sign }: Edge): void {
    const { kinks, side, gradient, program } = this.#vertex;
    side[kinks[place]] = sign;
    program.rows.addRow(kinks[place], this.#vertex.slope(kinks[place]), gradient);
  }

  #meetKink({ variable, place }: Edge, t: number): boolean {
    const { kinks, free, side, state, z, gradient, inverse, program } = this.#vertex;
    program.rows.addRow(t, -this.#vertex.slope(t), gradient);
    side[t] = 0;
    z[t] = 0;
    this.#vertex.gatherRow(t, this.#row);
    if (variable === -1) {
      kinks[place] = t;
      return inverse.replaceRow(place, this.#row, PIVOT_MIN);
    }
    this.#vertex.gatherColumn(variable, this.#column);
    const corner = program.rows.column(variable)[t];
    kinks.push(t);
    free.push(variable);
    state[variable] = FREE;
    this.#vertex.reserve();
    return inverse.grow(this.#row, this.#column, corner, PIVOT_MIN);
  }

  #reachOwnBound({ variable, sign }: Edge): boolean {
    this.#putAtBound(variable, sign > 0);
    return true;
  }

  #putAtBound(variable: number, isUpper: boolean): void {
    const { v, state } = this.#vertex;
    v[variable] = isUpper ? this.#program.upper[variable] : this.#program.lower[variable];
    state[variable] = isUpper ? AT_UPPER : AT_LOWER;
  }

  #meetBound({ variable, place }: Edge, a: number): boolean {
    const { free, kinks, state, inverse } = this.#vertex;
    this.#putAtBound(free[a], this.#walk.dv[a] > 0);
    if (variable !== -1) {
      this.#vertex.gatherColumn(variable, this.#column);
      free[a] = variable;
      state[variable] = FREE;
      return inverse.replaceColumn(a, this.#column, PIVOT_MIN);
    }
    const isDone = inverse.shrink(a, place, PIVOT_MIN);
    free[a] = free[free.length - 1];
    free.pop();
    kinks[place] = kinks[kinks.length - 1];
    kinks.pop();
    return isDone;
  }

  #reserve(): void {
    const size = this.#vertex.kinks.length + 1;
    if (this.#row.length < size) {
      this.#row = new Float64Array(2 * size);
      this.#column = new Float64Array(2 * size);
    }
  }
}
