import type { Matrix } from "../../linalg/matrix.ts";
import { argsort } from "../../linalg/order-statistics.ts";
import type { GiniTerm } from "./gini.ts";
import type { Quadratic } from "./quadratic.ts";
import { portfolioReturns, probabilitiesOf } from "./scenarios.ts";

/**
 * Evaluates Gini's mean difference with |d| replaced by d²/(2δ) + δ/2 where |d| ≤ δ.
 *
 * In order of the returns, the pairs within δ of a scenario are a window, so that sums over them are
 * differences of prefix sums: Tn operations and one product R'(MR) of Tn².
 *
 * @param width - δ, above 0.
 */
export function smoothGini(term: GiniTerm, x: Float64Array, width: number): Quadratic {
  const { returns } = term;
  const { rows, cols: n } = returns;
  const y = portfolioReturns(term, x);
  const order = new Uint32Array(rows);
  argsort(y, order);
  const sums = new PrefixSums(term, y, order);
  const product = new Float64Array(n * n);
  const gradient = new Float64Array(n);
  const curved = new Float64Array(n);
  let low = 0;
  let high = 0;
  let value = 0;
  let pairs = 0;
  for (let k = 0; k < rows; k++) {
    const at = y[order[k]];
    while (at - y[order[low]] > width) {
      low++;
    }
    while (high < rows && y[order[high]] - at <= width) {
      high++;
    }
    pairs += high - low - 1;
    const part = sums.part(k, { low, high, width });
    value += part.value;
    addRow(returns, order[k], { slope: part.slope, gradient });
    sums.curvature(k, { low, high, width }, curved);
    addOuter(returns, order[k], curved, product);
  }
  return { value, gradient, hessian: symmetrize(product, n), pairs: pairs / 2 };
}

interface Window {
  readonly low: number;
  readonly high: number;
  readonly width: number;
}

/** Sums of probabilities, of them times returns, and of them times rows, in order of the returns. */
class PrefixSums {
  readonly #y: Float64Array;
  readonly #order: Uint32Array;
  readonly #returns: Matrix;
  readonly #probabilities: Float64Array;
  readonly #mass: Float64Array;
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  readonly #rows: Float64Array;
  /** 2/(1 − Σ pₜ²). */
  readonly #factor: number;

  constructor(term: GiniTerm, y: Float64Array, order: Uint32Array) {
    const { rows, cols: n, values } = term.returns;
    this.#y = y;
    this.#order = order;
    this.#returns = term.returns;
    this.#probabilities = probabilitiesOf(term);
    this.#mass = new Float64Array(rows + 1);
    this.#first = new Float64Array(rows + 1);
    this.#second = new Float64Array(rows + 1);
    this.#rows = new Float64Array((rows + 1) * n);
    let squares = 0;
    for (let k = 0; k < rows; k++) {
      const t = order[k];
      const p = this.#probabilities[t];
      squares += p * p;
      this.#mass[k + 1] = this.#mass[k] + p;
      this.#first[k + 1] = this.#first[k] + p * y[t];
      this.#second[k + 1] = this.#second[k] + p * y[t] * y[t];
      for (let j = 0; j < n; j++) {
        this.#rows[(k + 1) * n + j] = this.#rows[k * n + j] + p * values[t * n + j];
      }
    }
    this.#factor = 2 / (1 - squares);
  }

  /** A scenario's half of the value of its pairs, and its slope in its return. */
  part(k: number, { low, high, width }: Window): { value: number; slope: number } {
    const t = this.#order[k];
    const y = this.#y[t];
    const p = this.#probabilities[t];
    const count = this.#y.length;
    const below = y * this.#mass[low] - this.#first[low];
    const massAbove = this.#mass[count] - this.#mass[high];
    const above = this.#first[count] - this.#first[high] - y * massAbove;
    const mass = this.#mass[high] - this.#mass[low];
    const first = this.#first[high] - this.#first[low];
    const second = this.#second[high] - this.#second[low];
    const squared = (mass * y * y - 2 * y * first + second) / (2 * width);
    const near = squared + ((mass - p) * width) / 2;
    const slope = this.#mass[low] - massAbove + (mass * y - first) / width;
    return {
      value: (p * this.#factor * (below + above + near)) / 2,
      slope: p * this.#factor * slope,
    };
  }

  /** Writes the scenario's row of MR. */
  curvature(k: number, { low, high, width }: Window, out: Float64Array): void {
    const n = out.length;
    const t = this.#order[k];
    const mass = this.#mass[high] - this.#mass[low];
    const scale = (this.#probabilities[t] * this.#factor) / width;
    for (let j = 0; j < n; j++) {
      const sum = this.#rows[high * n + j] - this.#rows[low * n + j];
      out[j] = scale * (mass * this.#returns.values[t * n + j] - sum);
    }
  }
}

function addRow(
  { cols: n, values }: Matrix,
  row: number,
  { slope, gradient }: { readonly slope: number; readonly gradient: Float64Array },
): void {
  for (let j = 0; j < n; j++) {
    gradient[j] += slope * values[row * n + j];
  }
}

function addOuter(
  { cols: n, values }: Matrix,
  row: number,
  curved: Float64Array,
  out: Float64Array,
): void {
  for (let i = 0; i < n; i++) {
    const value = values[row * n + i];
    for (let j = 0; j <= i; j++) {
      out[i * n + j] += value * curved[j];
    }
  }
}

function symmetrize(product: Float64Array, n: number): Matrix {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      product[j * n + i] = product[i * n + j];
    }
  }
  return { rows: n, cols: n, values: product };
}
