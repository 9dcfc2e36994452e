import { SmallFactor } from "../dense-factor.ts";
import type { TripleBarrier } from "./triple-barrier.ts";

// Closer to the central path than this the secant formula divides rounding by rounding.
const CENTRAL_TOLERANCE = 1e-8;
const SECANT_MIN = 1e-15;

/** Scaling and corrector of one point in a cone of three dimensions. */
export class TripleScaling {
  readonly #barrier: TripleBarrier;
  /** ψ, ∇ψ, ∇²ψ. */
  readonly #psi = new Float64Array(10);
  readonly #gradient = new Float64Array(3);
  /** ∇²f*(z), row-major. */
  readonly #hessian = new Float64Array(9);
  readonly #shadow = new Float64Array(3);
  readonly #system = new Float64Array(16);
  readonly #right = new Float64Array(4);
  readonly #four = new SmallFactor(4);
  readonly #third = new Float64Array(3);
  readonly #solved = new Float64Array(3);

  constructor(barrier: TripleBarrier) {
    this.#barrier = barrier;
  }

  /** Writes B with BB' = H at (s, z). False where rounding has left no such matrix. */
  root(s: Float64Array, z: Float64Array, mu: number, out: Float64Array): boolean {
    this.#differentiate(z);
    return this.#secantRoot(s, z, out) || this.#barrierRoot(mu, out);
  }

  /** Gives ⟨∇f(s), ∇f*(z)⟩/3. */
  shadowMu(s: Float64Array, z: Float64Array): number {
    this.#differentiate(z);
    this.#barrier.primalGradient(s, this.#shadow);
    return inner(this.#gradient, this.#shadow) / 3;
  }

  /**
   * Writes σμ∇f*(z) − ½∇³f*(z)[Δz, (∇²f*(z))⁻¹Δs].
   */
  target(
    z: Float64Array,
    ds: Float64Array,
    dz: Float64Array,
    centrality: number,
    out: Float64Array,
  ): void {
    this.#differentiate(z);
    this.#solveHessian(z, ds);
    this.#thirdOf(z, dz, this.#solved);
    for (let i = 0; i < 3; i++) {
      out[i] = centrality * this.#gradient[i] - this.#third[i] / 2;
    }
  }

  /**
   * Writes (∇²f*(z))⁻¹b into a scratch vector, from ∇²f* = M + gg' with g = ∇ψ/ψ as the system
   * [M g; g' −1]: near the boundary gg' would swallow the digits of M.
   */
  #solveHessian(z: Float64Array, b: Float64Array): void {
    const psi = this.#psi;
    const m = this.#system;
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        m[4 * i + j] = -psi[secondIndex(i, j)] / psi[0];
      }
      const log = this.#barrier.logCoefficients[i];
      m[5 * i] += log === 0 ? 0 : log / (z[i] * z[i]);
      m[4 * i + 3] = psi[1 + i] / psi[0];
      m[12 + i] = m[4 * i + 3];
      this.#right[i] = b[i];
    }
    m[15] = -1;
    this.#right[3] = 0;
    this.#four.factor(m);
    this.#four.solve(this.#right);
    this.#solved.set(this.#right.subarray(0, 3));
  }

  #differentiate(z: Float64Array): void {
    const psi = this.#psi;
    this.#barrier.differentiate(z, psi);
    const { logCoefficients } = this.#barrier;
    const value = psi[0];
    for (let i = 0; i < 3; i++) {
      this.#gradient[i] = -psi[1 + i] / value - logCoefficients[i] / z[i] || 0;
      for (let j = 0; j < 3; j++) {
        this.#hessian[3 * i + j] =
          (psi[1 + i] / value) * (psi[1 + j] / value) - psi[secondIndex(i, j)] / value;
      }
      const log = logCoefficients[i] === 0 ? 0 : logCoefficients[i] / (z[i] * z[i]);
      this.#hessian[4 * i] += log;
    }
  }

  /** Dahl & Andersen's: ss'/⟨s,z⟩ + δsδs'/⟨δs,δz⟩ + t·aa' with a across z and its shadow. */
  #secantRoot(s: Float64Array, z: Float64Array, out: Float64Array): boolean {
    const st = this.#gradient;
    const zt = this.#shadow;
    this.#barrier.primalGradient(s, zt);
    const product = inner(s, z);
    const mu = product / 3;
    const shadowMu = inner(st, zt) / 3;
    const h = this.#hessian;
    let deltaProduct = 0;
    let curvature = 0;
    const hzt = this.#solved;
    for (let i = 0; i < 3; i++) {
      deltaProduct += (s[i] + mu * st[i]) * (z[i] + mu * zt[i]);
      hzt[i] = h[3 * i] * zt[0] + h[3 * i + 1] * zt[1] + h[3 * i + 2] * zt[2];
      curvature += hzt[i] * zt[i];
    }
    const secant = curvature - 3 * shadowMu * shadowMu;
    const isCentral = Math.abs(mu * shadowMu - 1) <= CENTRAL_TOLERANCE;
    if (isCentral || !(Math.abs(secant) > SECANT_MIN && product > 0 && deltaProduct > 0)) {
      return false;
    }
    const t = mu * this.#restNorm(shadowMu, secant, hzt);
    const axis = across(z, zt, this.#third);
    if (!(t > 0 && axis > 0)) {
      return false;
    }
    for (let i = 0; i < 3; i++) {
      out[3 * i] = s[i] / Math.sqrt(product);
      out[3 * i + 1] = (s[i] + mu * st[i]) / Math.sqrt(deltaProduct);
      out[3 * i + 2] = (Math.sqrt(t) * this.#third[i]) / axis;
    }
    return true;
  }

  /** Frobenius norm of ∇²f* − st·st'/3 − dd'/secant with d = μ̃·st − ∇²f*·zt: a matrix of rank one. */
  #restNorm(shadowMu: number, secant: number, hzt: Float64Array): number {
    const st = this.#gradient;
    let squares = 0;
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const d = (shadowMu * st[i] - hzt[i]) * (shadowMu * st[j] - hzt[j]);
        const entry = this.#hessian[3 * i + j] - (st[i] * st[j]) / 3 - d / secant;
        squares += entry * entry;
      }
    }
    return Math.sqrt(squares);
  }

  /** Cholesky factor of μ∇²f*(z). */
  #barrierRoot(mu: number, out: Float64Array): boolean {
    out.fill(0);
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j <= i; j++) {
        let sum = mu * this.#hessian[3 * i + j];
        for (let k = 0; k < j; k++) {
          sum -= out[3 * i + k] * out[3 * j + k];
        }
        out[3 * i + j] = i === j ? Math.sqrt(sum) : sum / out[4 * j];
      }
      if (!(out[4 * i] > 0 && Number.isFinite(out[4 * i]))) {
        return false;
      }
    }
    return true;
  }

  /** Writes ∇³f*(z)[a, b] into the scratch vector. */
  #thirdOf(z: Float64Array, a: Float64Array, b: Float64Array): void {
    const psi = this.#psi;
    const value = psi[0];
    const third = this.#third;
    this.#barrier.thirdDerivative(z, a, b, third);
    let alongA = 0;
    let alongB = 0;
    let cross = 0;
    for (let i = 0; i < 3; i++) {
      alongA += psi[1 + i] * a[i];
      alongB += psi[1 + i] * b[i];
      cross += a[i] * this.#secondTimes(b, i);
    }
    for (let i = 0; i < 3; i++) {
      const g = psi[1 + i] / value;
      const mixed = this.#secondTimes(a, i) * alongB + this.#secondTimes(b, i) * alongA;
      const log = this.#barrier.logCoefficients[i];
      third[i] =
        mixed / (value * value) +
        (g * cross) / value -
        (2 * g * alongA * alongB) / (value * value) -
        third[i] / value -
        (log === 0 ? 0 : (2 * log * a[i] * b[i]) / (z[i] * z[i] * z[i]));
    }
  }

  #secondTimes(x: Float64Array, row: number): number {
    const psi = this.#psi;
    return (
      psi[secondIndex(row, 0)] * x[0] +
      psi[secondIndex(row, 1)] * x[1] +
      psi[secondIndex(row, 2)] * x[2]
    );
  }
}

/** Place of a second derivative among ψ, ∇ψ, ∇²ψ. */
function secondIndex(i: number, j: number): number {
  const low = Math.min(i, j);
  const high = Math.max(i, j);
  return 4 + (low === 0 ? high : low + high + 1);
}

function inner(x: Float64Array, y: Float64Array): number {
  return x[0] * y[0] + x[1] * y[1] + x[2] * y[2];
}

/** Writes the cross product and returns its length. */
function across(x: Float64Array, y: Float64Array, out: Float64Array): number {
  out[0] = x[1] * y[2] - x[2] * y[1];
  out[1] = x[2] * y[0] - x[0] * y[2];
  out[2] = x[0] * y[1] - x[1] * y[0];
  return Math.sqrt(inner(out, out));
}

/** Writes the inverse of a matrix of three rows. False when it is singular. */
export function invertThree(m: Float64Array, out: Float64Array): boolean {
  out[0] = m[4] * m[8] - m[5] * m[7];
  out[1] = m[2] * m[7] - m[1] * m[8];
  out[2] = m[1] * m[5] - m[2] * m[4];
  out[3] = m[5] * m[6] - m[3] * m[8];
  out[4] = m[0] * m[8] - m[2] * m[6];
  out[5] = m[2] * m[3] - m[0] * m[5];
  out[6] = m[3] * m[7] - m[4] * m[6];
  out[7] = m[1] * m[6] - m[0] * m[7];
  out[8] = m[0] * m[4] - m[1] * m[3];
  const determinant = m[0] * out[0] + m[1] * out[3] + m[2] * out[6];
  for (let i = 0; i < 9; i++) {
    out[i] /= determinant;
  }
  return determinant !== 0 && Number.isFinite(out[0] + out[4] + out[8]);
}
