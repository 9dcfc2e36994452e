/** A function's value with its gradient. */
export interface SmoothValue {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** Where a function is least. */
export interface SmoothMinimum {
  readonly x: Float64Array;
  readonly status: "optimal" | "iteration-limit";
}

const ITERATIONS_MAX = 500;
const HALVINGS_MAX = 60;
// Largest slope, over 1 plus the size of the value.
const TOLERANCE = 1e-10;

/**
 * Minimizes a smooth function of a few numbers by the method of Broyden, Fletcher, Goldfarb and
 * Shanno, with halved steps.
 *
 * @see Nocedal & Wright (2006), "Numerical Optimization", 2nd ed., algorithm 6.1
 */
export function minimizeSmooth(
  objective: (x: Float64Array) => SmoothValue,
  start: Float64Array,
): SmoothMinimum {
  let x = start;
  let here = objective(x);
  let inverse = scaledIdentity(x.length, 1 / Math.max(1, norm(here.gradient)));
  for (let iteration = 0; iteration < ITERATIONS_MAX; iteration++) {
    const slope = here.gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
    if (slope <= TOLERANCE * (1 + Math.abs(here.value))) {
      return { x, status: "optimal" };
    }
    const step = searchLine(objective, x, here, multiply(inverse, here.gradient));
    if (step === undefined) {
      // Rounding hides any further descent; slopes a little over the tolerance are as good.
      const isFlat = slope <= 1e4 * TOLERANCE * (1 + Math.abs(here.value));
      return { x, status: isFlat ? "optimal" : "iteration-limit" };
    }
    const moved = step.x.map((value, k) => value - x[k]);
    const turned = step.at.gradient.map((value, k) => value - here.gradient[k]);
    inverse = updateInverse(inverse, moved, turned);
    x = step.x;
    here = step.at;
  }
  return { x, status: "iteration-limit" };
}

/** Halves the step along −direction until the function falls enough. */
function searchLine(
  objective: (x: Float64Array) => SmoothValue,
  x: Float64Array,
  here: SmoothValue,
  direction: Float64Array,
): { x: Float64Array; at: SmoothValue } | undefined {
  const decrease = dotProduct(direction, here.gradient);
  let size = 1;
  for (let halvings = 0; halvings < HALVINGS_MAX; halvings++) {
    const next = x.map((value, k) => value - size * direction[k]);
    const at = objective(next);
    if (at.value < here.value - 1e-4 * size * decrease) {
      return { x: next, at };
    }
    size /= 2;
  }
  return undefined;
}

/** H ← (I − ρsy')H(I − ρys') + ρss' with ρ = 1/s'y; kept where s'y is not positive. */
function updateInverse(inverse: Float64Array, s: Float64Array, y: Float64Array): Float64Array {
  const n = s.length;
  const curvature = dotProduct(s, y);
  if (!(curvature > 1e-14 * norm(s) * norm(y))) {
    return inverse;
  }
  const turned = multiply(inverse, y);
  const factor = (1 + dotProduct(y, turned) / curvature) / curvature;
  return inverse.map((entry, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    return entry + factor * s[i] * s[j] - (turned[i] * s[j] + s[i] * turned[j]) / curvature;
  });
}

function scaledIdentity(n: number, scale: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? scale : 0));
}

function multiply(matrix: Float64Array, x: Float64Array): Float64Array {
  const n = x.length;
  return x.map((_, i) => dotProduct(matrix.subarray(i * n, (i + 1) * n), x));
}

function dotProduct(x: Float64Array, y: Float64Array): number {
  return x.reduce((sum, value, k) => sum + value * y[k], 0);
}

function norm(x: Float64Array): number {
  return Math.sqrt(dotProduct(x, x));
}
