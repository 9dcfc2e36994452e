import { dot } from "../../linalg/matrix.ts";
import { lossRange } from "./entropic-risk.ts";
import { positiveRoot, rootBetween } from "./monotone-root.ts";
import type { CurvedSensitivity } from "./sensitivity.ts";

/**
 * Computes the relativistic value at risk: the largest Σ qₜ·lossₜ over probabilities q with
 * Σ qₜ ln_κ qₜ ≤ ln_κ(1/(αT)), where ln_κ x = (x^κ − x^−κ)/(2κ) is Kaniadakis' logarithm.
 *
 * With multipliers t of Σ q = 1 and z of the entropy, optimal q satisfy
 * h(qₜ) = (lossₜ − t)/z for h(q) = d/dq (q·ln_κ q), which can be inverted in closed form. So for
 * each z there is one t, and for the right z the entropy meets its limit: two nested roots of
 * monotone functions. A scenario of probability pₜ stands for T·pₜ scenarios of probability 1/T,
 * T being the number of scenarios that can happen. Where the worst loss has a probability of at
 * least α, the measure is the worst loss.
 *
 * @param losses - Length T.
 * @param probabilities - Length T, ≥ 0, of sum 1.
 * @see Cajas (2023), "Portfolio Optimization of Relativistic Value at Risk",
 *   doi:10.2139/ssrn.4378498
 */
export function relativisticRisk(
  losses: Float64Array,
  probabilities: Float64Array,
  { tail, deformation }: { readonly tail: number; readonly deformation: number },
): CurvedSensitivity {
  const { top, spread } = lossRange(losses, probabilities);
  const shortfalls = losses.map((loss) => (spread === 0 ? 0 : (top - loss) / spread));
  const family = new DensityFamily(shortfalls, copiesOf(probabilities), deformation);
  const limit = deformedLog(1 / (tail * scenarioCount(probabilities)), deformation);
  const rate = positiveRoot((x) => {
    const { entropy, slope } = family.fill(x);
    return { value: entropy - limit, slope };
  });
  family.fill(rate);
  const gradient = family.density.map((q, t) => q * family.copies[t]);
  const scale = spread > 0 ? rate / spread : 0;
  const curvature = family.weights.map((weight) => weight * scale);
  return { value: dot(gradient, losses), gradient, curvature };
}

/** Kaniadakis' logarithm ln_κ x = (x^κ − x^−κ)/(2κ). */
export function deformedLog(x: number, deformation: number): number {
  return Math.sinh(deformation * Math.log(x)) / deformation;
}

/** Says for how many scenarios of probability 1/T each scenario stands. */
export function copiesOf(probabilities: Float64Array): Float64Array {
  const count = scenarioCount(probabilities);
  return probabilities.map((p) => p * count);
}

function scenarioCount(probabilities: Float64Array): number {
  let count = 0;
  for (let t = 0; t < probabilities.length; t++) {
    count += probabilities[t] > 0 ? 1 : 0;
  }
  return count;
}

/** The densities q = h⁻¹(shift − rate·shortfall) of sum 1, one for each rate. */
class DensityFamily {
  /** The density computed last, length T. */
  readonly density: Float64Array;
  readonly copies: Float64Array;
  /** The derivatives of the density in the argument of h⁻¹, times the copies. */
  readonly weights: Float64Array;
  readonly #shortfalls: Float64Array;
  readonly #deformation: number;
  readonly #bracket: readonly [number, number];
  #entropy = 0;

  constructor(shortfalls: Float64Array, copies: Float64Array, deformation: number) {
    this.density = new Float64Array(copies.length);
    this.copies = copies;
    this.#shortfalls = shortfalls;
    this.#deformation = deformation;
    this.weights = new Float64Array(copies.length);
    let total = 0;
    let atTop = 0;
    for (let t = 0; t < copies.length; t++) {
      total += copies[t];
      atTop += shortfalls[t] === 0 ? copies[t] : 0;
    }
    this.#bracket = [entropySlope(1 / total, deformation), entropySlope(1 / atTop, deformation)];
  }

  /** Fills in the density; gives its entropy and the derivative of that in the rate. */
  fill(rate: number) {
    const shift = rootBetween((x) => this.#excess(rate, x), ...this.#bracket);
    this.#excess(rate, shift);
    const { weights } = this;
    let total = 0;
    let first = 0;
    for (let t = 0; t < weights.length; t++) {
      total += weights[t];
      first += weights[t] * this.#shortfalls[t];
    }
    let slope = 0;
    for (let t = 0; t < weights.length; t++) {
      slope += weights[t] * (this.#shortfalls[t] - first / total) ** 2;
    }
    return { entropy: this.#entropy, slope: rate * slope };
  }

  /** Computes Σ q − 1 and its derivative in the shift. */
  #excess(rate: number, shift: number) {
    const kappa = this.#deformation;
    let value = -1;
    let slope = 0;
    this.#entropy = 0;
    for (let t = 0; t < this.density.length; t++) {
      if (this.copies[t] > 0) {
        const scaled = kappa * (shift - rate * this.#shortfalls[t]);
        const root = Math.hypot(scaled, Math.sqrt(1 - kappa * kappa));
        // The first form loses its digits where the argument is far below 0.
        const power = scaled > 0 ? (scaled + root) / (1 + kappa) : (1 - kappa) / (root - scaled);
        const q = power ** (1 / kappa);
        this.density[t] = q;
        this.weights[t] = (this.copies[t] * q) / root;
        value += this.copies[t] * q;
        slope += this.weights[t];
        this.#entropy += (this.copies[t] * q * (power - 1 / power)) / (2 * kappa);
      }
    }
    return { value, slope };
  }
}

/** The derivative h(q) of q·ln_κ q. */
function entropySlope(q: number, kappa: number): number {
  return ((1 + kappa) * q ** kappa - (1 - kappa) * q ** -kappa) / (2 * kappa);
}
