import { sparseQuadraticForm } from "./quadratic-form.ts";

/** One corner of the efficient frontier, as the service returns it. */
export interface TurningPoint {
  /** Weights as fractions of the portfolio, in the order of the model's symbols. */
  readonly weights: readonly number[];
  /** Fraction per year. */
  readonly expectedReturn: number;
  /** Variance of yearly returns. */
  readonly variance: number;
  /** Trade-off λ between half the variance and the return; 0 at minimum variance. */
  readonly lambda: number;
}

/**
 * An exact efficient frontier and the estimates behind it. n is the number of symbols.
 *
 * Keep it in `$state.raw`: a deep proxy makes every reading of the arrays slow.
 */
export interface FrontierModel {
  readonly symbols: readonly string[];
  /** At least one, by falling or by rising expected return. */
  readonly turningPoints: readonly TurningPoint[];
  /** Fractions per year, length n. */
  readonly expectedReturns: Float64Array;
  /** Covariance of yearly returns, n × n, row-major. */
  readonly covariance: Float64Array;
  /** Fraction per year. */
  readonly riskFreeRate: number;
}

/** The turning points by rising expected return, and what the segments between them need. */
export interface FrontierPath {
  readonly points: readonly TurningPoint[];
  /** Covariance of the portfolios at point i and point i + 1, one per segment. */
  readonly crossVariances: Float64Array;
  /** Position of each point in [0, 1], strictly rising. */
  readonly positions: Float64Array;
}

/** A place on the path: segment i, and the share of the way to point i + 1, in [0, 1]. */
export interface PathPlace {
  readonly segment: number;
  readonly share: number;
}

// Returns closer than this are one return: no chart and no table can tell them apart.
const RETURN_TOLERANCE = 1e-12;

const paths = new WeakMap<FrontierModel, FrontierPath>();

/** Returns the model's path, computed once per model. */
export function pathOf(model: FrontierModel): FrontierPath {
  const known = paths.get(model);
  if (known !== undefined) {
    return known;
  }
  const path = buildPath(model);
  paths.set(model, path);
  return path;
}

/** Finds the segment that holds a position; a position outside [0, 1] is moved to the nearer end. */
export function placeOf(path: FrontierPath, position: number): PathPlace {
  const last = path.points.length - 2;
  if (last < 0) {
    return { segment: 0, share: 0 };
  }
  const wanted = Math.min(1, Math.max(0, Number.isNaN(position) ? 0 : position));
  let low = 0;
  let high = last;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (numberAt(path.positions, middle) <= wanted) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  const start = numberAt(path.positions, low);
  const end = numberAt(path.positions, low + 1);
  return { segment: low, share: Math.min(1, (wanted - start) / (end - start)) };
}

/** Turns a place back into its position in [0, 1]. */
export function positionOf(path: FrontierPath, place: PathPlace): number {
  const start = numberAt(path.positions, place.segment);
  const end = path.positions[place.segment + 1] ?? start;
  return start + place.share * (end - start);
}

/** Reads a point of the path. An index past the end gives the last point. */
export function pointAt(path: FrontierPath, index: number): TurningPoint {
  const point = path.points[Math.min(index, path.points.length - 1)];
  if (point === undefined) {
    throw new RangeError("a frontier has at least one turning point");
  }
  return point;
}

/** Reads an entry that the caller knows to be there. */
export function numberAt(values: Float64Array, index: number): number {
  return values[index] ?? Number.NaN;
}

function buildPath(model: FrontierModel): FrontierPath {
  const points = risingPoints(model.turningPoints);
  const segments = Math.max(0, points.length - 1);
  const crossVariances = new Float64Array(segments);
  for (let i = 0; i < segments; i += 1) {
    const from = points[i]?.weights ?? [];
    const to = points[i + 1]?.weights ?? [];
    crossVariances[i] = sparseQuadraticForm(from, model.covariance, to);
  }
  const lowest = points[0]?.expectedReturn ?? 0;
  const span = (points.at(-1)?.expectedReturn ?? 0) - lowest;
  const positions = Float64Array.from(points, (point) =>
    span > 0 ? (point.expectedReturn - lowest) / span : 0,
  );
  return { points, crossVariances, positions };
}

/** Sorts by return. Of points with the same return only the least risky one is efficient. */
function risingPoints(points: readonly TurningPoint[]): TurningPoint[] {
  const sorted = points.toSorted(
    (a, b) => a.expectedReturn - b.expectedReturn || a.variance - b.variance,
  );
  const kept: TurningPoint[] = [];
  for (const point of sorted) {
    const previous = kept.at(-1);
    const isNew =
      previous === undefined || point.expectedReturn - previous.expectedReturn > RETURN_TOLERANCE;
    if (isNew) {
      kept.push(point);
    } else if (point.variance < previous.variance) {
      kept[kept.length - 1] = point;
    }
  }
  return kept;
}
