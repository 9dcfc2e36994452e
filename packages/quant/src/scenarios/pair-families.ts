import { logGamma } from "../distributions/gamma.ts";
import { normalProbability, normalQuantile } from "../distributions/normal.ts";
import { studentProbability, studentQuantile } from "../distributions/student-t.ts";

/**
 * A family of copulas of two uniform variables u and v, symmetric in them.
 *
 * `theta` is its parameter and `degrees` the degrees of freedom of Student's.
 *
 * @see Joe (2014), "Dependence modeling with copulas", chapter 4
 */
export interface PairFamily {
  /** Logarithm of the density c(u, v). */
  readonly logDensity: (u: number, v: number, theta: number, degrees: number) => number;
  /** P(U ≤ u | V = v). */
  readonly conditional: (u: number, v: number, theta: number, degrees: number) => number;
  /** The u whose conditional probability is w. */
  readonly inverse: (w: number, v: number, theta: number, degrees: number) => number;
  /** The parameter of a Kendall's τ. */
  readonly parameterOf: (tau: number) => number;
  /** Kendall's τ of a parameter. */
  readonly tauOf: (theta: number) => number;
}

const circular = {
  parameterOf: (tau: number) => Math.sin((Math.PI / 2) * tau),
  tauOf: (rho: number) => (2 / Math.PI) * Math.asin(rho),
};

export const GAUSSIAN: PairFamily = {
  ...circular,
  logDensity: (u, v, rho) => {
    const x = normalQuantile(u);
    const y = normalQuantile(v);
    const rest = 1 - rho * rho;
    return -0.5 * Math.log(rest) - (rho * (rho * (x * x + y * y) - 2 * x * y)) / (2 * rest);
  },
  conditional: (u, v, rho) =>
    normalProbability((normalQuantile(u) - rho * normalQuantile(v)) / Math.sqrt(1 - rho * rho)),
  inverse: (w, v, rho) =>
    normalProbability(normalQuantile(w) * Math.sqrt(1 - rho * rho) + rho * normalQuantile(v)),
};

export const STUDENT_T: PairFamily = {
  ...circular,
  logDensity: (u, v, rho, degrees) => {
    const x = Float64Array.of(studentQuantile(u, degrees));
    const y = Float64Array.of(studentQuantile(v, degrees));
    return studentPairLogLikelihood(x, y, rho, degrees);
  },
  conditional: (u, v, rho, degrees) => {
    const y = studentQuantile(v, degrees);
    const scale = Math.sqrt(((degrees + y * y) * (1 - rho * rho)) / (degrees + 1));
    return studentProbability((studentQuantile(u, degrees) - rho * y) / scale, degrees + 1);
  },
  inverse: (w, v, rho, degrees) => {
    const y = studentQuantile(v, degrees);
    const scale = Math.sqrt(((degrees + y * y) * (1 - rho * rho)) / (degrees + 1));
    return studentProbability(studentQuantile(w, degrees + 1) * scale + rho * y, degrees);
  },
};

/** Sums the log-densities of the t copula at quantiles x and y of its margins. */
export function studentPairLogLikelihood(
  x: Float64Array,
  y: Float64Array,
  rho: number,
  degrees: number,
): number {
  const rest = 1 - rho * rho;
  let sum = 0;
  for (let t = 0; t < x.length; t++) {
    const square = x[t] * x[t] + y[t] * y[t] - 2 * rho * x[t] * y[t];
    const margins = Math.log1p((x[t] * x[t]) / degrees) + Math.log1p((y[t] * y[t]) / degrees);
    sum += (degrees + 1) * margins - (degrees + 2) * Math.log1p(square / (degrees * rest));
  }
  const factor =
    logGamma((degrees + 2) / 2) + logGamma(degrees / 2) - 2 * logGamma((degrees + 1) / 2);
  return sum / 2 + x.length * (factor - 0.5 * Math.log(rest));
}

/** Computes ln(e^a + e^b − 1) for a, b ≥ 0. */
function logSumLessOne(a: number, b: number): number {
  const most = Math.max(a, b);
  return most + Math.log(Math.exp(a - most) + Math.exp(b - most) - Math.exp(-most));
}

export const CLAYTON: PairFamily = {
  parameterOf: (tau) => (2 * tau) / (1 - tau),
  tauOf: (theta) => theta / (theta + 2),
  logDensity: (u, v, theta) => {
    const logs = Math.log(u) + Math.log(v);
    const sum = logSumLessOne(-theta * Math.log(u), -theta * Math.log(v));
    return Math.log1p(theta) - (1 + theta) * logs - (2 + 1 / theta) * sum;
  },
  conditional: (u, v, theta) => {
    const sum = logSumLessOne(-theta * Math.log(u), -theta * Math.log(v));
    return Math.exp(-(theta + 1) * Math.log(v) - (1 + 1 / theta) * sum);
  },
  inverse: (w, v, theta) => {
    const b = -theta * Math.log(v);
    const a = (-theta / (theta + 1)) * (Math.log(w) + (theta + 1) * Math.log(v));
    // ln(e^a − e^b + 1), where a ≥ b.
    const sum = a + Math.log1p(Math.exp(-a) - Math.exp(b - a));
    return Math.exp(-sum / theta);
  },
};

export const GUMBEL: PairFamily = {
  parameterOf: (tau) => 1 / (1 - tau),
  tauOf: (theta) => 1 - 1 / theta,
  logDensity: (u, v, theta) => {
    const [a, b] = [-Math.log(u), -Math.log(v)];
    const logSum = gumbelLogSum(a, b, theta);
    const root = Math.exp(logSum / theta);
    return (
      -root +
      a +
      b +
      (theta - 1) * (Math.log(a) + Math.log(b)) +
      (2 / theta - 2) * logSum +
      Math.log1p((theta - 1) / root)
    );
  },
  conditional: gumbelConditional,
  inverse: (w, v, theta) => {
    // The conditional probability rises with u: bisection on ln u, to the last digit.
    let low = Math.log(Number.MIN_VALUE);
    let high = 0;
    for (let halving = 0; halving < 70; halving++) {
      const middle = (low + high) / 2;
      if (gumbelConditional(Math.exp(middle), v, theta) < w) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.exp((low + high) / 2);
  },
};

/** Computes ln(a^θ + b^θ) for a, b > 0. */
function gumbelLogSum(a: number, b: number, theta: number): number {
  const [x, y] = [theta * Math.log(a), theta * Math.log(b)];
  const most = Math.max(x, y);
  return most + Math.log1p(Math.exp(Math.min(x, y) - most));
}

function gumbelConditional(u: number, v: number, theta: number): number {
  if (u >= 1) {
    return 1;
  }
  const [a, b] = [-Math.log(u), -Math.log(v)];
  const logSum = gumbelLogSum(a, b, theta);
  const exponent =
    -Math.exp(logSum / theta) + (1 / theta - 1) * logSum + (theta - 1) * Math.log(b) + b;
  return Math.exp(exponent);
}

export const FRANK: PairFamily = {
  parameterOf: frankParameter,
  tauOf: frankTau,
  logDensity: (u, v, theta) =>
    Math.log(-theta * Math.expm1(-theta)) -
    theta * (u - v) -
    2 * Math.log(Math.abs(frankDenominator(u, v, theta))),
  conditional: (u, v, theta) => -Math.expm1(-theta * u) / frankDenominator(u, v, theta),
  inverse: (w, v, theta) => {
    const top = 1 - w + w * Math.exp(-theta * (1 - v));
    return -Math.log(top / (1 + w * Math.expm1(theta * v))) / theta;
  },
};

/** Computes (e^(−θu)·(1 − e^(−θv)) + e^(−θv) − e^(−θ)) / e^(−θv), without what cancels. */
function frankDenominator(u: number, v: number, theta: number): number {
  return -Math.exp(-theta * (u - v)) * Math.expm1(-theta * v) - Math.expm1(-theta * (1 - v));
}

/** Computes 1 − 4/θ·(1 − D₁(θ)), D₁ being Debye's function. */
function frankTau(theta: number): number {
  const size = Math.abs(theta);
  // Below, the quotient loses its digits, and the series has them: τ = θ/9 − θ³/900 + …
  const tau = size < 1e-2 ? size / 9 - size ** 3 / 900 : 1 - (4 / size) * (1 - debyeFunction(size));
  return Math.sign(theta) * tau;
}

const SIMPSON_STEPS = 2000;

/** Computes (1/x)·∫₀ˣ t/(eᵗ − 1) dt by Simpson's rule; beyond 60 the integrand is nothing. */
function debyeFunction(x: number): number {
  const end = Math.min(x, 60);
  const step = end / SIMPSON_STEPS;
  const at = (t: number) => (t === 0 ? 1 : t / Math.expm1(t));
  let sum = at(0) + at(end);
  for (let k = 1; k < SIMPSON_STEPS; k++) {
    sum += (k % 2 === 1 ? 4 : 2) * at(k * step);
  }
  return (sum * step) / (3 * x);
}

function frankParameter(tau: number): number {
  let low = 0;
  let high = 400;
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (frankTau(middle) < Math.abs(tau)) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (Math.sign(tau) * (low + high)) / 2;
}
