import { weightedGram } from "../../linalg/gram.ts";
import { type Matrix, transposeTimes } from "../../linalg/matrix.ts";
import { descendingOrder } from "../../risk/measures/spectral-risk.ts";
import { lossesOf, type OrderedTerm, stepWeights } from "./ordered.ts";
import type { Quadratic } from "./quadratic.ts";

/**
 * Evaluates a measure that weighs losses by their rank, with each sum of the k largest losses,
 * max q'L over 0 ≤ q ≤ 1 with Σq = k, replaced by max q'L + ½δ·Σ qₜ(1 − qₜ).
 *
 * Scenarios with losses within δ/2 of a quantile τ have q = (L − τ)/δ + ½, those above it 1. So the
 * curvature of a sum is 1/δ times the scatter of the rows of those scenarios.
 *
 * @param width - δ, above 0.
 * @see Nesterov (2005), "Smooth minimization of non-smooth functions", eq. (2.5)
 */
export function smoothOrdered(term: OrderedTerm, x: Float64Array, width: number): Quadratic {
  const losses = lossesOf(term, x);
  const order = descendingOrder(losses);
  const sorted = Float64Array.from(order, (t) => losses[t]);
  const sums = new SmoothSums(sorted, width);
  const { steps, last } = stepWeights(term);
  for (let k = 1; k < steps.length; k++) {
    if (steps[k] > 0) {
      sums.add(k, steps[k]);
    }
  }
  const slopes = new Float64Array(losses.length);
  const curvature = new Float64Array(losses.length);
  let value = sums.value;
  for (let i = 0; i < order.length; i++) {
    const slope = sums.slopes[i] + last;
    slopes[order[i]] = term.isGain ? slope : -slope;
    curvature[order[i]] = sums.curvature[i];
    value += last * sorted[i];
  }
  const gradient = transposeTimes(term.returns, slopes);
  const hessian = hessianOf(term.returns, { order, curvature, windows: sums.windows });
  return { value, gradient, hessian, pairs: sums.pairs };
}

/** The scenarios first … end − 1 by descending loss, which a level is within δ/2 of. */
interface Window {
  readonly first: number;
  readonly end: number;
  /** The level's weight over δ. */
  readonly weight: number;
}

/** Smoothed sums of the k largest losses, added up. */
class SmoothSums {
  value = 0;
  /** Of the value in the sorted losses. */
  readonly slopes: Float64Array;
  /** Σ weight/δ of the windows that a scenario is in. */
  readonly curvature: Float64Array;
  readonly windows: Window[] = [];
  pairs = 0;
  readonly #sorted: Float64Array;
  readonly #width: number;
  /** Sums of the first losses. */
  readonly #sums: Float64Array;

  constructor(sorted: Float64Array, width: number) {
    this.slopes = new Float64Array(sorted.length);
    this.curvature = new Float64Array(sorted.length);
    this.#sorted = sorted;
    this.#width = width;
    this.#sums = new Float64Array(sorted.length + 1);
    for (let i = 0; i < sorted.length; i++) {
      this.#sums[i + 1] = this.#sums[i] + sorted[i];
    }
  }

  add(k: number, weight: number): void {
    const { tau, first, end } = this.#quantile(k);
    this.value += weight * this.#sums[first];
    for (let i = 0; i < first; i++) {
      this.slopes[i] += weight;
    }
    for (let i = first; i < end; i++) {
      const q = (this.#sorted[i] - tau) / this.#width + 0.5;
      this.slopes[i] += weight * q;
      this.curvature[i] += weight / this.#width;
      this.value += weight * (q * this.#sorted[i] + (this.#width * q * (1 - q)) / 2);
    }
    if (end - first > 1) {
      this.windows.push({ first, end, weight: weight / this.#width });
      this.pairs += end - first - 1;
    }
  }

  /** Finds the τ at which Σq = k, by Newton's method within a bracket. */
  #quantile(k: number): { tau: number; first: number; end: number } {
    const sorted = this.#sorted;
    const width = this.#width;
    let low = sorted[sorted.length - 1] - width;
    let high = sorted[0] + width;
    let tau = (sorted[k - 1] + sorted[k]) / 2;
    let first = k;
    let end = k;
    for (let i = 0; i < STEPS_MAX; i++) {
      first = countAbove(sorted, tau + width / 2);
      end = countAbove(sorted, tau - width / 2);
      const inside = end - first;
      const sum = this.#sums[end] - this.#sums[first];
      const excess = first + (sum - inside * tau) / width + inside / 2 - k;
      if (Math.abs(excess) <= ROUNDING) {
        break;
      }
      if (excess > 0) {
        low = tau;
      } else {
        high = tau;
      }
      const newton = tau + (width * excess) / inside;
      tau = newton > low && newton < high ? newton : (low + high) / 2;
    }
    return { tau, first, end };
  }
}

const STEPS_MAX = 60;
const ROUNDING = 1e-9;

/** Counts the entries of a descending array that are above a bound. */
function countAbove(sorted: Float64Array, bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] > bound) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** Computes Σ weight·(Σ rr' − (Σr)(Σr)'/m) over the windows of m rows r. */
function hessianOf(
  returns: Matrix,
  {
    order,
    curvature,
    windows,
  }: {
    readonly order: Uint32Array;
    readonly curvature: Float64Array;
    readonly windows: readonly Window[];
  },
): Matrix {
  const { cols: n, values } = returns;
  const squares = new Float64Array(n * n);
  weightedGram(returns, curvature, squares);
  const sums = new Float64Array(windows.length * n);
  for (const [w, { first, end }] of windows.entries()) {
    for (let i = first; i < end; i++) {
      for (let j = 0; j < n; j++) {
        sums[w * n + j] += values[order[i] * n + j];
      }
    }
  }
  const means = new Float64Array(n * n);
  const shares = Float64Array.from(windows, ({ first, end, weight }) => weight / (end - first));
  weightedGram({ rows: windows.length, cols: n, values: sums }, shares, means);
  return { rows: n, cols: n, values: squares.map((value, i) => value - means[i]) };
}
