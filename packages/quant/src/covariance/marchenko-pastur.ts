/** Eigenvalues that noise alone explains. */
export interface NoiseBand {
  /** Variance σ² of the noise, a share of the variance of 1 that each correlation row has. */
  readonly variance: number;
  /** λ₊ = σ² (1 + √(n/T))², the largest eigenvalue that noise gives. */
  readonly upperEdge: number;
}

const BANDWIDTH = 0.01;
const POINT_COUNT = 1000;
const VARIANCE_MIN = 1e-5;
const GRID_COUNT = 200;
const REFINEMENTS = 60;
// A Gaussian kernel is below 1e-16 of its height here.
const KERNEL_REACH = 8.6 * BANDWIDTH;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Fits the Marchenko–Pastur density to the eigenvalues of a correlation matrix.
 *
 * σ² minimizes, over (0, 1), the sum of squared differences between the density and a Gaussian
 * kernel estimate of bandwidth 0.01 at 1000 points of the band. The sum has several local
 * minima: a grid of 200 finds the least, golden sections narrow it down.
 *
 * @param eigenvalues - In ascending order, length n.
 * @param ratio - q = T/n, periods per asset.
 * @see López de Prado (2020), "Machine learning for asset managers", section 2.4
 * @see Marchenko & Pastur (1967), doi:10.1070/SM1967v001n04ABEH001994
 */
export function fitNoiseBand(eigenvalues: Float64Array, ratio: number): NoiseBand {
  const misfit = (variance: number) => squaredError(variance, eigenvalues, ratio);
  const step = (1 - 2 * VARIANCE_MIN) / GRID_COUNT;
  let best = VARIANCE_MIN;
  let least = misfit(best);
  for (let k = 1; k <= GRID_COUNT; k++) {
    const variance = VARIANCE_MIN + k * step;
    const error = misfit(variance);
    if (error < least) {
      least = error;
      best = variance;
    }
  }
  const low = Math.max(VARIANCE_MIN, best - step);
  const high = Math.min(1 - VARIANCE_MIN, best + step);
  const variance = goldenMinimum(misfit, low, high);
  return { variance, upperEdge: variance * (1 + Math.sqrt(1 / ratio)) ** 2 };
}

function goldenMinimum(f: (x: number) => number, from: number, to: number): number {
  let low = from;
  let high = to;
  let a = high - GOLDEN * (high - low);
  let b = low + GOLDEN * (high - low);
  let atA = f(a);
  let atB = f(b);
  for (let k = 0; k < REFINEMENTS; k++) {
    if (atA <= atB) {
      high = b;
      b = a;
      atB = atA;
      a = high - GOLDEN * (high - low);
      atA = f(a);
    } else {
      low = a;
      a = b;
      atA = atB;
      b = low + GOLDEN * (high - low);
      atB = f(b);
    }
  }
  return (low + high) / 2;
}

function squaredError(variance: number, eigenvalues: Float64Array, ratio: number): number {
  const lower = variance * (1 - Math.sqrt(1 / ratio)) ** 2;
  const upper = variance * (1 + Math.sqrt(1 / ratio)) ** 2;
  const step = (upper - lower) / (POINT_COUNT - 1);
  let first = 0;
  let error = 0;
  for (let k = 0; k < POINT_COUNT; k++) {
    const x = k === POINT_COUNT - 1 ? upper : lower + k * step;
    while (first < eigenvalues.length && eigenvalues[first] < x - KERNEL_REACH) {
      first++;
    }
    if (x > 0) {
      const density = (ratio / (2 * Math.PI * variance * x)) * Math.sqrt((upper - x) * (x - lower));
      error += (kernelDensity(x, eigenvalues, first) - density) ** 2;
    }
  }
  return error;
}

/** Estimates the density at x from the eigenvalues within reach, `first` being the first. */
function kernelDensity(x: number, eigenvalues: Float64Array, first: number): number {
  let sum = 0;
  for (let k = first; k < eigenvalues.length && eigenvalues[k] <= x + KERNEL_REACH; k++) {
    const distance = (x - eigenvalues[k]) / BANDWIDTH;
    sum += Math.exp(-0.5 * distance * distance);
  }
  return sum / (eigenvalues.length * BANDWIDTH * Math.sqrt(2 * Math.PI));
}
