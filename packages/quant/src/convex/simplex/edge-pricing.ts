import type { KinkProgram } from "./kink-program.ts";
import { AT_LOWER, AT_UPPER, FREE, PINNED, type Vertex } from "./vertex.ts";

/** An edge: what leaves its bound or its kink, which way, and how fast the objective falls. */
export interface Edge {
  /** A variable, or −1. */
  readonly variable: number;
  /** The place of a kink, or −1. */
  readonly place: number;
  readonly sign: 1 | -1;
  readonly descent: number;
}

/** In units of size 1, a slope below this is 0. */
export const PRICE_TOLERANCE = 1e-11;

// Variables whose edges are measured exactly.
const MEASURED = 6;

/** Finds the edges of a vertex that lead down. */
export class EdgePricing {
  readonly #vertex: Vertex;
  readonly #program: KinkProgram;
  #lengths: Float64Array = new Float64Array(64);
  #column: Float64Array = new Float64Array(64);
  #edge: Float64Array = new Float64Array(64);

  constructor(vertex: Vertex) {
    this.#vertex = vertex;
    this.#program = vertex.program;
  }

  /** Chooses the steepest edge, but for variables of small reduced costs. */
  steepest(): Edge | undefined {
    this.#reserve();
    const kink = this.#steepestKinkEdge();
    return this.#steepestVariableEdge(kink.score) ?? kink.edge;
  }

  /** Chooses the edge of the lowest number, by Bland's rule. */
  first(): Edge | undefined {
    return this.#firstVariableEdge() ?? this.#firstKinkEdge();
  }

  #firstVariableEdge(): Edge | undefined {
    for (let j = 0; j < this.#vertex.state.length; j++) {
      const edge = this.#variableEdge(j);
      if (edge !== undefined) {
        return edge;
      }
    }
    return undefined;
  }

  #firstKinkEdge(): Edge | undefined {
    const { kinks } = this.#vertex;
    let first: Edge | undefined;
    for (let b = 0; b < kinks.length; b++) {
      const edge = this.#kinkEdge(b);
      if (edge !== undefined && (first === undefined || kinks[b] < kinks[first.place])) {
        first = edge;
      }
    }
    return first;
  }

  #variableEdge(j: number): Edge | undefined {
    const { state, reducedCosts } = this.#vertex;
    const cost = reducedCosts[j];
    const descent = Math.abs(cost);
    if (descent <= PRICE_TOLERANCE || state[j] === FREE) {
      return undefined;
    }
    const sign = cost < 0 ? 1 : -1;
    const isOpen = state[j] === PINNED || state[j] === (sign > 0 ? AT_LOWER : AT_UPPER);
    const hasRoom = this.#program.lower[j] < this.#program.upper[j];
    return isOpen && hasRoom ? { variable: j, place: -1, sign, descent } : undefined;
  }

  #kinkEdge(b: number): Edge | undefined {
    const t = this.#vertex.kinks[b];
    const price = this.#vertex.prices[b];
    const above = price - this.#program.right[t];
    const below = this.#program.left[t] - price;
    if (Math.max(above, below) <= PRICE_TOLERANCE) {
      return undefined;
    }
    return above > below
      ? { variable: -1, place: b, sign: 1, descent: above }
      : { variable: -1, place: b, sign: -1, descent: below };
  }

  #steepestKinkEdge(): { readonly edge: Edge | undefined; readonly score: number } {
    const { kinks, inverse } = this.#vertex;
    inverse.edgeLengths(this.#lengths);
    let best: Edge | undefined;
    let score = 0;
    for (let b = 0; b < kinks.length; b++) {
      const edge = this.#kinkEdge(b);
      if (edge === undefined) {
        continue;
      }
      const own = (edge.descent * edge.descent) / this.#lengths[b];
      if (own > score) {
        best = edge;
        score = own;
      }
    }
    return { edge: best, score };
  }

  /** Measures the edges of the variables of largest reduced costs; nothing below the score. */
  #steepestVariableEdge(scoreMin: number): Edge | undefined {
    let best: Edge | undefined;
    let score = scoreMin;
    for (const edge of this.#largestCosts()) {
      if (edge.descent * edge.descent <= score) {
        break;
      }
      const own = (edge.descent * edge.descent) / this.#variableEdgeLength(edge.variable);
      if (own > score) {
        best = edge;
        score = own;
      }
    }
    return best;
  }

  #largestCosts(): Edge[] {
    const largest: Edge[] = [];
    for (let j = 0; j < this.#vertex.state.length; j++) {
      const cost = Math.abs(this.#vertex.reducedCosts[j]);
      if (largest.length === MEASURED && cost <= largest[MEASURED - 1].descent) {
        continue;
      }
      const edge = this.#variableEdge(j);
      if (edge === undefined) {
        continue;
      }
      let place = largest.length;
      while (place > 0 && largest[place - 1].descent < edge.descent) {
        place -= 1;
      }
      largest.splice(place, 0, edge);
      largest.length = Math.min(largest.length, MEASURED);
    }
    return largest;
  }

  #variableEdgeLength(j: number): number {
    this.#vertex.gatherColumn(j, this.#column);
    this.#vertex.inverse.solve(this.#column, this.#edge);
    let length = 1;
    for (let a = 0; a < this.#vertex.free.length; a++) {
      length += this.#edge[a] * this.#edge[a];
    }
    return length;
  }

  #reserve(): void {
    const size = this.#vertex.kinks.length;
    if (this.#lengths.length < size) {
      this.#lengths = new Float64Array(2 * size);
      this.#column = new Float64Array(2 * size);
      this.#edge = new Float64Array(2 * size);
    }
  }
}
