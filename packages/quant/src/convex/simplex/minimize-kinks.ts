import { argsort } from "../../linalg/order-statistics.ts";
import type { ConvexOptions } from "../program.ts";
import type { CompiledKinks } from "./compile-kinks.ts";
import type { KinkProgram, KinkVertex } from "./kink-program.ts";
import { KinkSimplex } from "./kink-simplex.ts";
import { vertexAt } from "./starting-vertex.ts";

const ITERATIONS_PER_VARIABLE = 5;
const ITERATIONS_MIN = 1000;
const VIOLATION_MAX = 1e-10;

/**
 * Minimizes a compiled program from a point, or where that breaks a limit from one near it.
 *
 * @param start - Length n. Absent means the lower bounds.
 * @returns Nothing where no point keeps to the limits, there is no least value, or rounding gets in
 *   the way.
 */
export function minimizeKinks(
  compiled: CompiledKinks,
  start: Float64Array | undefined,
  options: ConvexOptions,
): KinkVertex | undefined {
  const { lower, upper } = compiled.feasibility;
  const assets = start?.map((value) => value / compiled.unit);
  const direct = assets && descend(compiled, assets, options);
  if (direct !== undefined) {
    return direct;
  }
  const corner = lower.map((low, i) => (Number.isFinite(low) ? low : Math.min(upper[i], 0)));
  const feasible = feasiblePoint(compiled, assets ?? corner, options);
  return feasible && descend(compiled, feasible, options);
}

function descend({ kinks, borders }: CompiledKinks, assets: Float64Array, options: ConvexOptions) {
  const v = new Float64Array(kinks.cost.length);
  v.set(assets);
  for (const { variable, rows } of borders) {
    v[variable] = leastBorder(kinks, v, variable, rows);
  }
  return minimize(kinks, v, options);
}

/** Finds a point within the limits, from one within the bounds. */
function feasiblePoint(
  { feasibility }: CompiledKinks,
  v: Float64Array,
  options: ConvexOptions,
): Float64Array | undefined {
  const { rows, left, right } = feasibility;
  const vertex = minimize(feasibility, v, options);
  if (vertex === undefined) {
    return undefined;
  }
  let violation = 0;
  for (let t = 0; t < rows.count; t++) {
    const z = rows.rowTimes(t, vertex.v) - rows.offsets[t];
    violation = Math.max(violation, (z > 0 ? right[t] : left[t]) * z);
  }
  return violation <= VIOLATION_MAX ? vertex.v : undefined;
}

function minimize(
  program: KinkProgram,
  v: Float64Array,
  { shouldStop }: ConvexOptions,
): KinkVertex | undefined {
  const start = vertexAt(program, v);
  if (start === undefined) {
    return undefined;
  }
  const simplex = new KinkSimplex(start);
  const most = Math.max(ITERATIONS_MIN, ITERATIONS_PER_VARIABLE * v.length);
  const status = simplex.run(most, shouldStop ?? (() => false));
  return status === "optimal" ? simplex.result() : undefined;
}

/** Finds the border that is best for given assets: a quantile of its rows. */
function leastBorder(
  { rows, cost, left, right }: KinkProgram,
  v: Float64Array,
  variable: number,
  [start, end]: readonly [number, number],
): number {
  const heights = Float64Array.from({ length: end - start }, (_, t) => {
    return rows.rowTimes(start + t, v) - rows.offsets[start + t];
  });
  const order = new Uint32Array(heights.length);
  argsort(heights, order);
  let slope = 0;
  let k = order.length;
  while (k > 0 && slope < cost[variable]) {
    k -= 1;
    slope += right[start + order[k]] - left[start + order[k]];
  }
  return heights[order[k]];
}
