/** Points and weights of a quadrature on [0, 1]. */
export interface Quadrature {
  readonly points: Float64Array;
  /** They sum to 1. */
  readonly weights: Float64Array;
}

/**
 * Computes the quadrature of Gauss and Legendre, which is exact for polynomials up to 2n − 1.
 *
 * @param count - n, from 1.
 * @see NIST Digital Library of Mathematical Functions, 3.5(v)
 */
export function gaussLegendre(count: number): Quadrature {
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    let x = Math.cos((Math.PI * (k + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let round = 0; round < 100; round++) {
      const { value, derivative } = legendre(count, x);
      slope = derivative;
      const step = value / derivative;
      x -= step;
      if (Math.abs(step) < 1e-15) {
        break;
      }
    }
    points[k] = (1 - x) / 2;
    weights[k] = 1 / ((1 - x * x) * slope * slope);
  }
  return { points, weights };
}

/** Legendre's polynomial and its derivative. */
function legendre(degree: number, x: number): { value: number; derivative: number } {
  let [before, value] = [0, 1];
  for (let n = 1; n <= degree; n++) {
    [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n];
  }
  return { value, derivative: (degree * (x * value - before)) / (x * x - 1) };
}
