import { systemViolation } from "../../convex/certify.ts";
import type { ConvexProgram } from "../../convex/program.ts";
import { evaluateProgram, limitViolation } from "../../convex/program-values.ts";
import type { DecidedPoint } from "./decided-point.ts";
import type { Bounds } from "./node-model.ts";

// Counts this close to a whole number are whole, relative to the count.
const WHOLE = 1e-7;
// A limit broken by more, relative to its size, is broken.
const VIOLATION_MAX = 1e-10;
// Moves of the objective below this share of its size are rounding.
const IMPROVEMENT_MIN = 1e-10;

/** A portfolio with all choices but those of lots made, and how to solve it within other bounds. */
export interface LotProblem {
  /** Size of a lot of each asset, 0 where any weight will do. */
  readonly lots: Float64Array;
  readonly solve: (bounds: Bounds) => DecidedPoint | undefined;
  readonly shouldStop: () => boolean;
}

/**
 * Rounds a portfolio to whole lots by a dive: of the weights that are not whole, the one nearest to whole is
 * held there, or at the next lot on its other side, and the rest solved again. Then one lot of one asset is
 * exchanged for one of another, the best exchange first, as long as that improves.
 *
 * @returns Nothing where the limits leave no whole lots on the way.
 */
export function wholeLots(start: DecidedPoint, problem: LotProblem): DecidedPoint | undefined {
  let point: DecidedPoint | undefined = start;
  for (let fixed = 0; point !== undefined && fixed <= problem.lots.length; fixed++) {
    const next = nearestToWhole(point, problem.lots);
    if (next === undefined) {
      return exchanged(point, start.bounds, problem);
    }
    point = problem.shouldStop() ? undefined : roundedAt(point, next, problem);
  }
  return undefined;
}

/** Finds the asset whose weight is nearest to whole lots without being so. */
function nearestToWhole({ x }: DecidedPoint, lots: Float64Array): number | undefined {
  let nearest: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < lots.length; i++) {
    const count = lots[i] > 0 ? x[i] / lots[i] : 0;
    const off = Math.abs(count - Math.round(count));
    if (!isWhole(count) && off < least) {
      nearest = i;
      least = off;
    }
  }
  return nearest;
}

function roundedAt(
  point: DecidedPoint,
  asset: number,
  { lots, solve }: LotProblem,
): DecidedPoint | undefined {
  const { x, bounds } = point;
  const count = x[asset] / lots[asset];
  const near = Math.round(count);
  for (const whole of [near, count > near ? near + 1 : near - 1]) {
    const value = whole * lots[asset] + 0;
    if (value >= bounds.lower[asset] && value <= bounds.upper[asset]) {
      const found = solve(heldBounds(point, { asset, value }, lots));
      if (found !== undefined) {
        return found;
      }
    }
  }
  return undefined;
}

/** Holds the weights that are whole, and one at a value. */
function heldBounds(
  { x, bounds }: DecidedPoint,
  { asset, value }: { readonly asset: number; readonly value: number },
  lots: Float64Array,
): Bounds {
  const lower = Float64Array.from(bounds.lower);
  const upper = Float64Array.from(bounds.upper);
  for (let i = 0; i < x.length; i++) {
    if (lots[i] > 0 && isWhole(x[i] / lots[i])) {
      lower[i] = Math.round(x[i] / lots[i]) * lots[i] + 0;
      upper[i] = lower[i];
    }
  }
  lower[asset] = value;
  upper[asset] = value;
  return { lower, upper };
}

function isWhole(count: number): boolean {
  return Math.abs(count - Math.round(count)) <= WHOLE * Math.max(1, Math.abs(count));
}

/** Exchanges single lots while that improves, and solves the portfolio that comes of it. */
function exchanged(
  point: DecidedPoint,
  bounds: Bounds,
  { lots, solve, shouldStop }: LotProblem,
): DecidedPoint | undefined {
  const { program } = point.solution;
  const room = { ...program, system: { ...program.system, ...bounds } };
  let x: Float64Array = point.x.map((value, i) =>
    lots[i] > 0 ? Math.round(value / lots[i]) * lots[i] + 0 : value,
  );
  let better = shouldStop() ? undefined : bestExchange(room, x, lots);
  const isMoved = better !== undefined;
  while (better !== undefined) {
    x = better;
    better = shouldStop() ? undefined : bestExchange(room, x, lots);
  }
  const lower = x.map((value, i) => (lots[i] > 0 ? value : bounds.lower[i]));
  const upper = x.map((value, i) => (lots[i] > 0 ? value : bounds.upper[i]));
  const found = isMoved ? solve({ lower, upper }) : point;
  return found ?? point;
}

/** Finds the best portfolio that one lot less of one asset and one more of another give. */
function bestExchange(
  program: ConvexProgram,
  x: Float64Array,
  lots: Float64Array,
): Float64Array | undefined {
  const { lower, upper } = program.system;
  const { objective, size } = evaluateProgram(program, x);
  let least = objective - IMPROVEMENT_MIN * size;
  let best: Float64Array | undefined;
  const moved = Float64Array.from(x);
  for (let i = 0; i < x.length; i++) {
    const sold = x[i] - lots[i];
    for (let j = 0; j < x.length && lots[i] > 0 && sold >= lower[i] - WHOLE * lots[i]; j++) {
      if (j === i || lots[j] === 0 || x[j] + lots[j] > upper[j] + WHOLE * lots[j]) {
        continue;
      }
      moved[i] = sold;
      moved[j] = x[j] + lots[j];
      const value = valueWithin(program, moved);
      if (value < least) {
        least = value;
        best = Float64Array.from(moved);
      }
      moved[j] = x[j];
    }
    moved[i] = x[i];
  }
  return best;
}

/** The objective; infinite where a limit is broken. */
function valueWithin(program: ConvexProgram, x: Float64Array): number {
  if (systemViolation(program.system, x, 1) > VIOLATION_MAX) {
    return Number.POSITIVE_INFINITY;
  }
  const { objective, limitValues } = evaluateProgram(program, x);
  return limitViolation(program, limitValues) > VIOLATION_MAX
    ? Number.POSITIVE_INFINITY
    : objective;
}
