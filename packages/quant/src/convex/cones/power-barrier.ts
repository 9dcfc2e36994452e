import type { TripleBarrier } from "./triple-barrier.ts";

const NEWTON_STEPS_MAX = 100;
const ROOT_TOLERANCE = 1e-15;

/**
 * The power cone a^α·b^(1−α) ≥ |c|. Its dual is (u, v, w) with ψ = φ − w² ≥ 0 for
 * φ = (u/α)^(2α)·(v/(1−α))^(2−2α) (Chares 2009, "Cones and interior-point algorithms for structured
 * convex optimization involving powers and exponentials", §3.1).
 *
 * @param exponent - α, inside (0, 1).
 */
export function powerBarrier(exponent: number): TripleBarrier {
  const alpha = exponent;
  const beta = 1 - exponent;
  const logPhi = (u: number, v: number) =>
    2 * alpha * Math.log(u / alpha) + 2 * beta * Math.log(v / beta);
  return {
    logCoefficients: [beta, alpha, 0],
    start: [Math.sqrt(1 + alpha), Math.sqrt(1 + beta), 0],

    isInside(a, b, c) {
      return a > 0 && b > 0 && alpha * Math.log(a) + beta * Math.log(b) > Math.log(Math.abs(c));
    },

    isInsideDual(u, v, w) {
      return u > 0 && v > 0 && logPhi(u, v) > 2 * Math.log(Math.abs(w));
    },

    differentiate(z, out) {
      const [u, v, w] = z;
      const phi = Math.exp(logPhi(u, v));
      const root = Math.sqrt(phi);
      out[0] = (root - Math.abs(w)) * (root + Math.abs(w));
      out[1] = (2 * alpha * phi) / u;
      out[2] = (2 * beta * phi) / v;
      out[3] = -2 * w;
      out[4] = (2 * alpha * (2 * alpha - 1) * phi) / (u * u);
      out[5] = (4 * alpha * beta * phi) / (u * v);
      out[6] = 0;
      out[7] = (2 * beta * (2 * beta - 1) * phi) / (v * v);
      out[8] = 0;
      out[9] = -2;
    },

    thirdDerivative(z, a, b, out) {
      const [u, v] = z;
      const phi = Math.exp(logPhi(u, v));
      const p = 2 * alpha;
      const q = 2 * beta;
      const uuu = (p * (p - 1) * (p - 2) * phi) / (u * u * u);
      const uuv = (p * (p - 1) * q * phi) / (u * u * v);
      const uvv = (p * q * (q - 1) * phi) / (u * v * v);
      const vvv = (q * (q - 1) * (q - 2) * phi) / (v * v * v);
      const cross = a[0] * b[1] + a[1] * b[0];
      out[0] = uuu * a[0] * b[0] + uuv * cross + uvv * a[1] * b[1];
      out[1] = uuv * a[0] * b[0] + uvv * cross + vvv * a[1] * b[1];
      out[2] = 0;
    },

    primalGradient(s, out) {
      const [a, b, c] = s;
      const size = Math.abs(c);
      // x = |g₂| solves log φ(−g) = log(x² + 2x/|c|) with g₀ and g₁ given by homogeneity.
      const x = size > 1e-160 ? rootOf(alpha, a, b, size) : 0;
      out[0] = -(alpha * x * size + 1 + alpha) / a;
      out[1] = -(beta * x * size + 1 + beta) / b;
      out[2] = c < 0 ? -x : x;
    },
  };
}

/** Finds the x > 0 of `primalGradient` by Newton's method in log x, kept within a bracket. */
function rootOf(alpha: number, a: number, b: number, size: number): number {
  const beta = 1 - alpha;
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  let log = -Math.log(size);
  for (let i = 0; i < NEWTON_STEPS_MAX; i++) {
    const x = Math.exp(log);
    const first = alpha * x * size + 1 + alpha;
    const second = beta * x * size + 1 + beta;
    const value =
      2 * alpha * Math.log(first / (alpha * a)) +
      2 * beta * Math.log(second / (beta * b)) -
      log -
      Math.log(x + 2 / size);
    const slope =
      (2 * alpha * alpha * x * size) / first +
      (2 * beta * beta * x * size) / second -
      1 -
      x / (x + 2 / size);
    if (value > 0) {
      low = log;
    } else {
      high = log;
    }
    let next = log - value / slope;
    if (!(next > low && next < high)) {
      next =
        Number.isFinite(low) && Number.isFinite(high) ? (low + high) / 2 : log + Math.sign(value);
    }
    if (Math.abs(next - log) <= ROOT_TOLERANCE * Math.max(1, Math.abs(log))) {
      return Math.exp(next);
    }
    log = next;
  }
  return Math.exp(log);
}
