import { multiplyVector } from "../../linalg/matrix.ts";
import type { QuadraticProgram, WorkingSet } from "../active-set/quadratic-program.ts";
import type { Activity, IntegerProgram } from "./integer-program.ts";

/** Slots of an asset: along a straight line, then curved, above the center; the same below. */
export const STRAIGHT_ABOVE = 0;
export const CURVED_ABOVE = 1;
export const STRAIGHT_BELOW = 2;
export const CURVED_BELOW = 3;

/** Writes the program over distances from the center, in parts, bounds to be set. */
export function splitSlots(
  { matrix, system }: IntegerProgram,
  { center }: Activity,
  diagonal: Float64Array,
  gradient: Float64Array,
  slots: number,
): QuadraticProgram {
  const n = diagonal.length;
  const m = system.rowLower.length;
  const width = slots * n;
  const values = Float64Array.from(matrix.values);
  for (let i = 0; i < n; i++) {
    values[i * n + i] -= diagonal[i];
  }
  const rows = new Float64Array(m * width);
  const shift = multiplyVector(system.rows, center);
  for (let r = 0; r < m; r++) {
    for (let p = 0; p < width; p++) {
      rows[r * width + p] = system.rows.values[r * n + Math.floor(p / slots)];
    }
  }
  const isCurved = (p: number) => p % 2 === CURVED_ABOVE;
  const assetOf = Int32Array.from({ length: width }, (_, p) => Math.floor(p / slots));
  return {
    quadratic: {
      matrix: { ...matrix, values },
      columns: assetOf,
      diagonal: Float64Array.from(assetOf, (i, p) => (isCurved(p) ? diagonal[i] : 0)),
    },
    linear: Float64Array.from(assetOf, (i) => gradient[i]),
    system: {
      lower: Float64Array.from(assetOf, (i) => Math.min(0, system.lower[i] - center[i])),
      upper: Float64Array.from(assetOf, (i) => Math.max(0, system.upper[i] - center[i])),
      rows: { rows: m, cols: width, values: rows },
      rowLower: system.rowLower.map((limit, r) => limit - shift[r]),
      rowUpper: system.rowUpper.map((limit, r) => limit - shift[r]),
    },
  };
}

/**
 * Guesses the sides at which the slots of a point stand where being active costs nothing.
 *
 * @param slots - Slots an asset: 4, or 2 when nothing can be below its center.
 */
export function slotSides(
  x: Float64Array,
  { center, leastAbove, leastBelow }: Activity,
  slots: number,
): WorkingSet {
  const sides = new Int8Array(slots * x.length);
  for (let i = 0; i < x.length; i++) {
    const distance = x[i] - center[i];
    const first = slots * i;
    sides.set(distance > 0 ? sidesOf(distance, leastAbove[i], 1) : [-1, -1], first);
    if (slots > CURVED_BELOW) {
      const below = distance < 0 ? sidesOf(-distance, leastBelow[i], -1) : [1, 1];
      sides.set(below, first + STRAIGHT_BELOW);
    }
  }
  return sides;
}

/** Gives the sides of the straight and the curved slot; those next to the center are free first. */
function sidesOf(distance: number, least: number, outward: 1 | -1): readonly [number, number] {
  return distance >= least ? [outward, 0] : [0, -outward];
}
