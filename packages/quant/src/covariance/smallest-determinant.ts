import { type Matrix, takeRows } from "../linalg/matrix.ts";
import { drawSubset } from "../random/draw-subset.ts";
import { uniformSource } from "../random/splitmix.ts";
import {
  type Ellipsoid,
  ellipsoidFrom,
  ellipsoidOf,
  nearestRows,
  squaredDistances,
} from "./subset-ellipsoid.ts";

const TRIALS_MAX = 500;
const TRIALS_MIN = 5;
const ENDS_MIN = 2;
// Operations that all first steps may take together, and likewise all last ones: under a second.
const WORK_MAX = 5e8;
const KEPT = 10;
const FIRST_STEPS = 2;
const STEPS_MAX = 200;
// Steps that the last search usually takes.
const LAST_STEPS = 10;
const GROUP_ROWS = 300;
const GROUPS_MAX = 5;
const CONVERGED = 1e-13;

/**
 * Searches the h rows whose covariance has the least determinant.
 *
 * 500 starts (fewer where assets are many) from n + 1 rows take two concentration steps each, in up
 * to five groups of 300 rows where there are over 600; the ten best of each go on in the union of
 * the groups, the ten best of these (fewer where assets are many) among all rows until the determinant stays. Two more starts
 * use all rows and the medians.
 *
 * @param x - Standardized returns, shape (T, n), T > n.
 * @returns Row indices, ascending; nothing when a search ends in rows whose covariance is singular.
 * @see Rousseeuw & Van Driessen (1999), section 3
 */
export function findSubset(x: Matrix, h: number, seed: number): Int32Array | undefined {
  const random = uniformSource(seed);
  const groups = splitRows(x, random);
  const trials = trialCount(x, groups[0].rows);
  let candidates: Ellipsoid[] = [];
  for (const group of groups) {
    const share = Math.ceil((group.rows * h) / x.rows);
    const starts = randomStarts(group, Math.ceil(trials / groups.length), random);
    candidates.push(...bestOf(group, share, starts, FIRST_STEPS).slice(0, KEPT));
  }
  if (groups.length > 1) {
    const union = joinRows(groups);
    const share = Math.ceil((union.rows * h) / x.rows);
    candidates = bestOf(union, share, candidates, FIRST_STEPS).slice(0, KEPT);
  }
  const endCount = Math.max(
    ENDS_MIN,
    Math.floor(WORK_MAX / (LAST_STEPS * x.rows * x.cols * x.cols)),
  );
  const starts = [...candidates.slice(0, endCount), ...robustStarts(x)];
  const ends = bestOf(x, h, starts, STEPS_MAX);
  // A start that ended in a plane found the determinant 0, and there is none less.
  const isSound = ends.length > 0 && ends.length === starts.length;
  return isSound ? nearestRows(squaredDistances(x, ends[0]), h) : undefined;
}

function trialCount({ cols: n }: Matrix, rows: number): number {
  const work = 3 * FIRST_STEPS * rows * n * n;
  return Math.max(TRIALS_MIN, Math.min(TRIALS_MAX, Math.floor(WORK_MAX / work)));
}

/** Splits over 600 rows at random into groups of about 300, at most five. */
function splitRows(x: Matrix, random: () => number): Matrix[] {
  const size = Math.max(GROUP_ROWS, 5 * x.cols);
  if (x.rows <= 2 * size) {
    return [x];
  }
  const groupCount = Math.min(GROUPS_MAX, Math.floor(x.rows / size));
  const order = drawSubset(x.rows, x.rows, random);
  const length = groupCount === GROUPS_MAX ? size : Math.floor(x.rows / groupCount);
  return Array.from({ length: groupCount }, (_, g) =>
    takeRows(x, order.subarray(g * length, (g + 1) * length)),
  );
}

function joinRows(groups: readonly Matrix[]): Matrix {
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  const { cols } = groups[0];
  const values = new Float64Array(rows * cols);
  let offset = 0;
  for (const group of groups) {
    values.set(group.values, offset);
    offset += group.values.length;
  }
  return { rows, cols, values };
}

/** Starts from n + 1 random rows, or as many more as it takes to span the space. */
function randomStarts(x: Matrix, count: number, random: () => number): Ellipsoid[] {
  const starts: Ellipsoid[] = [];
  for (let k = 0; k < count; k++) {
    const order = drawSubset(x.rows, x.rows, random);
    for (let size = x.cols + 1; size <= x.rows; size = Math.min(2 * size, x.rows)) {
      const start = ellipsoidOf(x, order.subarray(0, size));
      if (start !== undefined) {
        starts.push(start);
      }
      if (start !== undefined || size === x.rows) {
        break;
      }
    }
  }
  return starts;
}

/** Starts from all rows, and from the medians with the median absolute deviations. */
function robustStarts(x: Matrix): Ellipsoid[] {
  const { rows, cols: n, values } = x;
  const center = new Float64Array(n);
  const spread = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const column = Float64Array.from({ length: rows }, (_, t) => values[t * n + j]).sort();
    center[j] = column[rows >> 1];
    const deviations = column.map((entry) => Math.abs(entry - center[j])).sort();
    spread[j * n + j] = deviations[rows >> 1] ** 2;
  }
  const all = ellipsoidOf(
    x,
    Int32Array.from({ length: rows }, (_, t) => t),
  );
  const medians = ellipsoidFrom(center, { rows: n, cols: n, values: spread });
  return [all, medians].filter((start) => start !== undefined);
}

/** Concentrates each start, and drops those that end in a plane; the least determinant first. */
function bestOf(x: Matrix, h: number, starts: readonly Ellipsoid[], steps: number): Ellipsoid[] {
  return starts
    .map((start) => concentrate(x, h, start, steps))
    .filter((end) => end !== undefined)
    .sort((a, b) => a.logDeterminant - b.logDeterminant);
}

/**
 * Replaces the ellipsoid by that of the h rows nearest to it, which never has more volume; nothing
 * when those lie in a plane.
 */
function concentrate(x: Matrix, h: number, start: Ellipsoid, steps: number): Ellipsoid | undefined {
  let current = ellipsoidOf(x, nearestRows(squaredDistances(x, start), h));
  for (let k = 1; k < steps && current !== undefined; k++) {
    const next = ellipsoidOf(x, nearestRows(squaredDistances(x, current), h));
    if (next === undefined || next.logDeterminant >= current.logDeterminant - CONVERGED) {
      return next === undefined ? undefined : current;
    }
    current = next;
  }
  return current;
}
