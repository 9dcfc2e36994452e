import type { Vertex } from "../starting-vertex.ts";
import { DenseCovariance } from "./dense-covariance.ts";
import { FactorCovariance } from "./factor-covariance.ts";
import { FactorKkt } from "./factor-kkt.ts";
import { KktInverse } from "./kkt-inverse.ts";
import type { KktSolver } from "./kkt-solver.ts";
import type { ScaledProblem } from "./scaled-problem.ts";

// Exposure below this is rounding: the weights of risky assets have canceled.
const ROUNDING_EXPOSURE = 1e-6;

/** Largest magnitude of the entries. */
export function largestMagnitude(x: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    const magnitude = Math.abs(x[i]);
    if (!(magnitude <= largest)) {
      largest = magnitude;
    }
  }
  return largest;
}

/** Which bound holds an item outside the moving part: the lower one, the upper one, or none. */
export const AT_LOWER = -1;
export const AT_UPPER = 1;

/**
 * A point on the path of minimizers of ½w'Σw + base'w − λm'w as λ falls, and its derivatives.
 *
 * On the current segment w(λ) is linear with slope `weightSlope`, and so are the gradient
 * and the multipliers ν of the active rows. Stationarity reads Σw + base − λm + A'ν = z, with
 * z = 0 on free assets, z ≥ 0 at a lower and z ≤ 0 at an upper bound; ν ≤ 0 on a row at its
 * lower and ν ≥ 0 at its upper limit.
 *
 * The `…Shift` vectors are the derivative of the same quantities with respect to an
 * infinitesimal perturbation of bounds and gradient, which decides between events at one λ
 * (see perturbation.ts).
 */
export class PathState {
  readonly problem: ScaledProblem;
  readonly kkt: KktSolver;
  /** Objective m of the current path, length n. */
  mean: Float64Array;
  lambda = 0;
  readonly weights: Float64Array;
  /** 0 but on free assets. */
  readonly weightSlope: Float64Array;
  readonly weightShift: Float64Array;
  /** Σw and its slope, length n. */
  readonly risk: Float64Array;
  /** Part of the gradient that is neither Σw nor λm: 0 except in a correction, length n. */
  readonly base: Float64Array;
  /** Rest of the gradient on free assets that moving them cannot take away (`refinePoint`). */
  readonly misfit: Float64Array;
  readonly riskSlope: Float64Array;
  /** Shift of the gradient Σw − λm as a whole, length n. */
  readonly gradientShift: Float64Array;
  /** ν and its derivatives, length m; 0 on inactive rows. */
  readonly multipliers: Float64Array;
  readonly multiplierSlope: Float64Array;
  readonly multiplierShift: Float64Array;
  /** Bound of each fixed asset and each active row, length n + m; 0 for the others. */
  readonly side: Int8Array;
  /** 1 on constraints that may not be dropped: equalities, and a face while it is searched. */
  readonly frozen: Uint8Array;
  /** 1 on constraints whose removal was refused since the last change of the working set. */
  readonly refused: Uint8Array;
  /** Outward perturbation of each bound, length n + m. */
  readonly lowerShift: Float64Array;
  readonly upperShift: Float64Array;

  /** Room for the work of a step. */
  readonly room: {
    readonly residual: Float64Array;
    readonly scales: Float64Array;
    readonly correction: Float64Array;
    readonly change: Float64Array;
    readonly changeOfRisk: Float64Array;
  };

  /** Whether variance has been added to Σ to make it definite enough. */
  isLifted = false;
  /** Whether some direction had so little variance that the path may have lost its digits. */
  isDoubtful = false;
  readonly #largestDeviation: number;

  constructor(problem: ScaledProblem, vertex: Vertex) {
    const { assetCount: n, rowCount: m } = problem;
    this.problem = problem;
    this.kkt = kktSolver(problem);
    this.#largestDeviation = largestMagnitude(problem.deviations);
    this.mean = problem.mean;
    this.weights = Float64Array.from(vertex.weights);
    this.weightSlope = new Float64Array(n);
    this.weightShift = new Float64Array(n);
    this.risk = new Float64Array(n);
    this.base = new Float64Array(n);
    this.misfit = new Float64Array(n);
    this.riskSlope = new Float64Array(n);
    this.gradientShift = new Float64Array(n);
    this.multipliers = new Float64Array(m);
    this.multiplierSlope = new Float64Array(m);
    this.multiplierShift = new Float64Array(m);
    this.side = new Int8Array(n + m);
    this.frozen = new Uint8Array(n + m);
    this.refused = new Uint8Array(n + m);
    this.lowerShift = new Float64Array(n + m);
    this.upperShift = new Float64Array(n + m);
    this.room = {
      residual: new Float64Array(n + m),
      scales: new Float64Array(n + m),
      correction: new Float64Array(n + m),
      change: new Float64Array(n),
      changeOfRisk: new Float64Array(n),
    };
  }

  /** Lower limit of an asset or row. */
  lowerOf(item: number): number {
    const { assetCount: n, system } = this.problem;
    return item < n ? system.lower[item] : system.rowLower[item - n];
  }

  /** Upper limit of an asset or row. */
  upperOf(item: number): number {
    const { assetCount: n, system } = this.problem;
    return item < n ? system.upper[item] : system.rowUpper[item - n];
  }

  isFree(asset: number): boolean {
    return this.kkt.position[asset] >= 0;
  }

  isActive(row: number): boolean {
    return this.kkt.position[this.problem.assetCount + row] >= 0;
  }

  /** Computes the sum a_r'x of a row over all assets. */
  rowSum(row: number, x: Float64Array): number {
    const { assetCount: n, system } = this.problem;
    const start = row * n;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      sum += system.coefficients[start + i] * x[i];
    }
    return sum;
  }

  /** Writes A'ν, summed over the active rows. */
  pull(multipliers: Float64Array, sum: Float64Array): void {
    const { assetCount: n, rowCount: m, system } = this.problem;
    sum.fill(0);
    for (let r = 0; r < m; r++) {
      const multiplier = multipliers[r];
      if (multiplier === 0 || !this.isActive(r)) {
        continue;
      }
      for (let i = 0; i < n; i++) {
        sum[i] += multiplier * system.coefficients[r * n + i];
      }
    }
  }

  /** Computes the entry of A'ν of one asset. */
  pullOn(asset: number, multipliers: Float64Array): number {
    const { assetCount: n, rowCount: m, system } = this.problem;
    let sum = 0;
    for (let r = 0; r < m; r++) {
      if (multipliers[r] !== 0) {
        sum += multipliers[r] * system.coefficients[r * n + asset];
      }
    }
    return sum;
  }

  /** Computes the sum of the magnitudes of the terms of `pullOn`. */
  pullSizeOn(asset: number, multipliers: Float64Array): number {
    const { assetCount: n, rowCount: m, system } = this.problem;
    let sum = 0;
    for (let r = 0; r < m; r++) {
      if (multipliers[r] !== 0) {
        sum += Math.abs(multipliers[r] * system.coefficients[r * n + asset]);
      }
    }
    return sum;
  }

  /** Writes Σ·x. Zero entries of x cost nothing. */
  covarianceTimes(x: Float64Array, product: Float64Array): void {
    this.problem.covariance.multiply(x, product);
  }

  /** Computes Σⱼ σⱼ|xⱼ|, which bounds every (Σx)ᵢ by σᵢ times it. */
  exposure(x: Float64Array): number {
    const { deviations } = this.problem;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    let j = 0;
    for (; j + 3 < x.length; j += 4) {
      s0 += deviations[j] * Math.abs(x[j]);
      s1 += deviations[j + 1] * Math.abs(x[j + 1]);
      s2 += deviations[j + 2] * Math.abs(x[j + 2]);
      s3 += deviations[j + 3] * Math.abs(x[j + 3]);
    }
    for (; j < x.length; j++) {
      s0 += deviations[j] * Math.abs(x[j]);
    }
    return s0 + s1 + (s2 + s3);
  }

  /** Computes the exposure of the slope of the weights, which only free assets have. */
  slopeExposure(): number {
    const { kkt, weightSlope } = this;
    const { assetCount: n, deviations } = this.problem;
    let sum = 0;
    for (let a = 0; a < kkt.size; a++) {
      const item = kkt.items[a];
      sum += item < n ? deviations[item] * Math.abs(weightSlope[item]) : 0;
    }
    return sum;
  }

  /** Finds the largest magnitude of the slope of the weights. */
  largestSlope(): number {
    const { kkt, weightSlope } = this;
    let largest = 0;
    for (let a = 0; a < kkt.size; a++) {
      const item = kkt.items[a];
      largest =
        item < weightSlope.length ? Math.max(largest, Math.abs(weightSlope[item])) : largest;
    }
    return largest;
  }

  /** Computes the exposure of the weights, but at least what rounding leaves of it. */
  weightExposure(weights = this.weights): number {
    return Math.max(this.exposure(weights), ROUNDING_EXPOSURE * this.#largestDeviation);
  }

  /** Moves λ down by `step`, and the perturbed path by `shift` along the same segment. */
  advance(step: number, shift: number): void {
    const { kkt, weights, weightSlope, weightShift, risk, riskSlope, gradientShift, mean } = this;
    const n = weights.length;
    for (let a = 0; a < kkt.size; a++) {
      const i = kkt.items[a];
      if (i < n) {
        weights[i] -= step * weightSlope[i];
        weightShift[i] -= shift * weightSlope[i];
      }
    }
    for (let i = 0; i < n; i++) {
      risk[i] -= step * riskSlope[i];
      gradientShift[i] += shift * (mean[i] - riskSlope[i]);
    }
    addMultiple(this.multipliers, -step, this.multiplierSlope);
    addMultiple(this.multiplierShift, -shift, this.multiplierSlope);
    this.lambda -= step;
  }
}

function kktSolver(problem: ScaledProblem): KktSolver {
  const { covariance } = problem;
  if (covariance instanceof DenseCovariance) {
    return new KktInverse(problem, covariance);
  }
  if (covariance instanceof FactorCovariance) {
    return new FactorKkt(problem, covariance);
  }
  throw new Error("no such covariance");
}

/** Adds factor·x to y. */
export function addMultiple(y: Float64Array, factor: number, x: Float64Array): void {
  if (factor === 0) {
    return;
  }
  for (let i = 0; i < y.length; i++) {
    y[i] += factor * x[i];
  }
}
