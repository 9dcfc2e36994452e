/**
 * Numbers of about 31 digits, each the unevaluated sum of two doubles.
 *
 * Sums and products are right to 2 or 3 units of 1e-32, as long as no product overflows or is
 * denormal: entries should be scaled to about 1.
 *
 * @see Dekker (1971), "A floating-point technique for extending the available precision",
 *   doi:10.1007/BF01397083
 * @see Hida, Li & Bailey (2001), "Algorithms for quad-double precision floating point
 *   arithmetic", doi:10.1109/ARITH.2001.930115
 */
export class DoubleDoubles {
  /** Entries rounded to doubles. */
  readonly high: Float64Array;
  /** What rounding leaves of them. */
  readonly low: Float64Array;

  constructor(length: number) {
    this.high = new Float64Array(length);
    this.low = new Float64Array(length);
  }

  /** Sets an entry to the sum of two doubles, the second the smaller one. */
  set(i: number, high: number, low = 0): void {
    const sum = high + low;
    this.high[i] = sum;
    this.low[i] = low - (sum - high);
  }

  /** Adds the sum of two doubles, the second the smaller one, to an entry. */
  add(i: number, high: number, low = 0): void {
    const a = this.high[i];
    const sum = a + high;
    const part = sum - a;
    const rest = a - (sum - part) + (high - part) + (this.low[i] + low);
    this.set(i, sum, rest);
  }

  /** Adds x·(high + low) for a double x to an entry. */
  addProduct(i: number, x: number, high: number, low: number): void {
    const product = x * high;
    this.add(i, product, productError(x, high, product) + x * low);
  }

  /** Adds −f·y of two numbers given by their parts to an entry. */
  subtractProduct(i: number, fHigh: number, fLow: number, yHigh: number, yLow: number): void {
    const product = fHigh * yHigh;
    const rest = productError(fHigh, yHigh, product) + (fHigh * yLow + fLow * yHigh);
    this.add(i, -product, -rest);
  }

  /** Divides an entry by a number given by its parts. */
  divide(i: number, high: number, low: number): void {
    const first = this.high[i] / high;
    this.subtractProduct(i, first, 0, high, low);
    const second = this.high[i] / high;
    this.subtractProduct(i, second, 0, high, low);
    const third = this.high[i] / high;
    this.set(i, first, second);
    this.add(i, third);
  }
}

const SPLITTER = 2 ** 27 + 1;

/** Computes x·y less its rounded value, exactly. */
function productError(x: number, y: number, product: number): number {
  const cx = SPLITTER * x;
  const xHigh = cx - (cx - x);
  const xLow = x - xHigh;
  const cy = SPLITTER * y;
  const yHigh = cy - (cy - y);
  const yLow = y - yHigh;
  return xLow * yLow - (product - xHigh * yHigh - xLow * yHigh - xHigh * yLow);
}

/**
 * Solves a square system for several right sides by Gaussian elimination with row pivoting.
 *
 * @param matrix - Row-major, shape (n, n). It is overwritten.
 * @param sides - Each of length n. They are overwritten by the solutions.
 * @returns Whether all pivots differ from 0.
 */
export function solveDoubleDoubles(
  matrix: DoubleDoubles,
  n: number,
  sides: readonly DoubleDoubles[],
): boolean {
  for (let k = 0; k < n; k++) {
    const pivotRow = largestInColumn(matrix, n, k);
    if (!(Math.abs(matrix.high[pivotRow * n + k]) > 0)) {
      return false;
    }
    for (let j = k; j < n && pivotRow !== k; j++) {
      exchange(matrix, pivotRow * n + j, k * n + j);
    }
    for (const side of sides) {
      exchange(side, pivotRow, k);
    }
    eliminateBelow(matrix, n, k, sides);
  }
  for (const side of sides) {
    substituteBack(matrix, n, side);
  }
  return true;
}

function largestInColumn({ high }: DoubleDoubles, n: number, k: number): number {
  let row = k;
  for (let i = k + 1; i < n; i++) {
    row = Math.abs(high[i * n + k]) > Math.abs(high[row * n + k]) ? i : row;
  }
  return row;
}

function exchange({ high, low }: DoubleDoubles, i: number, j: number): void {
  [high[i], high[j]] = [high[j], high[i]];
  [low[i], low[j]] = [low[j], low[i]];
}

function eliminateBelow(
  matrix: DoubleDoubles,
  n: number,
  k: number,
  sides: readonly DoubleDoubles[],
): void {
  const { high, low } = matrix;
  const pivot = k * n + k;
  for (let i = k + 1; i < n; i++) {
    const first = i * n + k;
    if (high[first] === 0) {
      continue;
    }
    matrix.divide(first, high[pivot], low[pivot]);
    const [fHigh, fLow] = [high[first], low[first]];
    for (let j = k + 1; j < n; j++) {
      matrix.subtractProduct(i * n + j, fHigh, fLow, high[k * n + j], low[k * n + j]);
    }
    for (const side of sides) {
      side.subtractProduct(i, fHigh, fLow, side.high[k], side.low[k]);
    }
  }
}

function substituteBack({ high, low }: DoubleDoubles, n: number, side: DoubleDoubles): void {
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) {
      side.subtractProduct(i, high[i * n + j], low[i * n + j], side.high[j], side.low[j]);
    }
    side.divide(i, high[i * n + i], low[i * n + i]);
  }
}
