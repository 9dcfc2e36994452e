import type { TripleBarrier } from "./triple-barrier.ts";

/**
 * The exponential cone b·exp(a/b) ≤ c, b > 0. Its dual is (u, v, w) with u < 0, w > 0 and
 * ψ = v − u − u·log(−w/u) ≥ 0 (Dahl & Andersen 2022, "A primal-dual interior-point algorithm for
 * nonsymmetric exponential-cone optimization", §2).
 */
export const EXPONENTIAL_BARRIER: TripleBarrier = {
  logCoefficients: [1, 0, 1],
  start: [-1.0513839453227145, 0.5564096194693707, 1.258967884768947],

  isInside(a, b, c) {
    return b > 0 && c > 0 && b * Math.log(c / b) > a;
  },

  isInsideDual(u, v, w) {
    return u < 0 && w > 0 && v - u - u * Math.log(-w / u) > 0;
  },

  differentiate(z, out) {
    const [u, v, w] = z;
    const log = Math.log(-w / u);
    out[0] = v - u - u * log;
    out[1] = -log;
    out[2] = 1;
    out[3] = -u / w;
    out[4] = 1 / u;
    out[5] = 0;
    out[6] = -1 / w;
    out[7] = 0;
    out[8] = 0;
    out[9] = u / (w * w);
  },

  thirdDerivative(z, a, b, out) {
    const [u, , w] = z;
    const mixed = 1 / (w * w);
    out[0] = (-a[0] * b[0]) / (u * u) + mixed * a[2] * b[2];
    out[1] = 0;
    out[2] = mixed * (a[0] * b[2] + a[2] * b[0]) - (2 * u * mixed * a[2] * b[2]) / w;
  },

  primalGradient(s, out) {
    const [a, b, c] = s;
    const omega = wrightOmega(1 - a / b - Math.log(b / c));
    out[0] = 1 / ((omega - 1) * b);
    out[1] = out[0] + out[0] * Math.log((omega * b) / c) - 1 / b;
    out[2] = omega / ((1 - omega) * c);
  },
};

const OMEGA_STEPS = 6;

/** Solves ω + log ω = x for x ≥ 1 by Newton's method from above or from the asymptote. */
function wrightOmega(x: number): number {
  // From ω = 1 + δ, with 2δ − δ²/2 = x − 1 near δ = 0, and ω = x − log x far away.
  let omega = x < 3 ? 1 + (x - 1) / 2 + (x - 1) ** 2 / 16 : x - Math.log(x);
  for (let i = 0; i < OMEGA_STEPS; i++) {
    const error = x - omega - Math.log(omega);
    omega += (error * omega) / (1 + omega);
  }
  return omega;
}
