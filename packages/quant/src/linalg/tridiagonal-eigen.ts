const SWEEPS_PER_EIGENVALUE = 60;
// Below this, squares lose digits.
const SQUARABLE_MIN = 1e-140;

/** Takes the rotations that turn a tridiagonal matrix into its eigenvalues. */
export interface RotationSink {
  /**
   * Sweeps one after the other: the number of the first upper row, how many rotations, then a sine
   * and a cosine for each. Room for one sweep, 2n + 2 numbers, at least.
   */
  readonly buffer: Float64Array;
  /** Applies the first `length` numbers of the buffer, which is then written anew. */
  readonly flush: (length: number) => void;
}

/** A tridiagonal matrix on its way to be diagonal. */
interface TridiagonalProgress {
  readonly d: Float64Array;
  /** Entry k couples k and k + 1. */
  readonly e: Float64Array;
  readonly rotations: RotationSink | undefined;
  /** How much of the buffer is in use. */
  used: number;
}

/**
 * Turns a tridiagonal matrix into its eigenvalues, in no order, by the implicit QL method.
 *
 * @param diagonal - Length n, at most 1e100; it becomes the eigenvalues.
 * @param offDiagonal - Length n, entry k couples k and k + 1; the last is 0. It is lost.
 * @param rotations - Is told every rotation of rows. Absent means nobody wants to know.
 * @see Golub & Van Loan (2013), "Matrix Computations", 4th ed., section 8.3.3
 */
export function eigenvaluesOfTridiagonal(
  diagonal: Float64Array,
  offDiagonal: Float64Array,
  rotations: RotationSink | undefined,
): void {
  const progress: TridiagonalProgress = { d: diagonal, e: offDiagonal, rotations, used: 0 };
  const negligible = Number.EPSILON * tridiagonalSize(diagonal, offDiagonal);
  for (let l = 0; l < diagonal.length; l++) {
    for (let sweep = 0; ; sweep++) {
      const m = firstNegligible(diagonal, offDiagonal, l, negligible);
      if (m === l) {
        break;
      }
      if (sweep === SWEEPS_PER_EIGENVALUE) {
        throw new Error(`eigenvalue ${l} has not converged in ${SWEEPS_PER_EIGENVALUE} sweeps`);
      }
      makeRoom(progress, m - l);
      implicitStep(progress, l, m);
    }
  }
  rotations?.flush(progress.used);
}

function makeRoom(progress: TridiagonalProgress, count: number): void {
  const { rotations, used } = progress;
  if (rotations !== undefined && used + 2 * count + 2 > rotations.buffer.length) {
    rotations.flush(used);
    progress.used = 0;
  }
}

/**
 * Finds where the matrix falls apart.
 *
 * Measured against the whole matrix, not the neighbors: rounding of the large entries keeps
 * filling in e beside tiny d, which then would never converge.
 */
function firstNegligible(d: Float64Array, e: Float64Array, from: number, negligible: number) {
  let m = from;
  while (m < d.length - 1 && Math.abs(e[m]) > negligible) {
    m++;
  }
  return m;
}

/** Finds the largest |dᵢ| + |eᵢ|. */
function tridiagonalSize(d: Float64Array, e: Float64Array): number {
  let size = 0;
  for (let i = 0; i < d.length; i++) {
    size = Math.max(size, Math.abs(d[i]) + (i < d.length - 1 ? Math.abs(e[i]) : 0));
  }
  return size;
}

/** Chases the bulge of one implicit QL step with Wilkinson's shift through rows l … m. */
function implicitStep(progress: TridiagonalProgress, l: number, m: number): void {
  const { d, e, rotations } = progress;
  const ratio = (d[l + 1] - d[l]) / (2 * e[l]);
  const root = Math.hypot(ratio, 1);
  let g = d[m] - d[l] + e[l] / (ratio + (ratio >= 0 ? root : -root));
  let sine = 1;
  let cosine = 1;
  let shift = 0;
  let next = progress.used + 2;
  let i = m - 1;
  for (; i >= l; i--) {
    const f = sine * e[i];
    const b = cosine * e[i];
    const r = lengthOf(f, g);
    e[i + 1] = r;
    if (r === 0) {
      break;
    }
    sine = f / r;
    cosine = g / r;
    const h = d[i + 1] - shift;
    const t = (d[i] - h) * sine + 2 * cosine * b;
    shift = sine * t;
    d[i + 1] = h + shift;
    g = cosine * t - b;
    if (rotations !== undefined) {
      rotations.buffer[next] = sine;
      rotations.buffer[next + 1] = cosine;
      next += 2;
    }
  }
  if (i >= l) {
    d[i + 1] -= shift;
  } else {
    d[l] -= shift;
    e[l] = g;
  }
  e[m] = 0;
  if (rotations !== undefined) {
    rotations.buffer[progress.used] = m;
    rotations.buffer[progress.used + 1] = m - 1 - i;
    progress.used = next;
  }
}

/** Computes √(x² + y²); by `Math.hypot`, ten times as slow, only where squares lose digits. */
function lengthOf(x: number, y: number): number {
  const length = Math.sqrt(x * x + y * y);
  return length > SQUARABLE_MIN ? length : Math.hypot(x, y);
}
