import type { IntegerProgram } from "../../optimize/integer/integer-program.ts";

// Interior points leave this much of what is 0 at the optimum, relative to the largest weight.
const RESIDUE = 1e-7;

/** Puts weights at a center from which only rounding keeps them. */
export function settled(weights: Float64Array, { activities }: IntegerProgram): Float64Array {
  const size = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  return weights.map((weight, i) => {
    const near = activities.find(({ center }) => Math.abs(weight - center[i]) <= RESIDUE * size);
    return near?.center[i] ?? weight;
  });
}

/**
 * Puts weights at a center that are nearer to it than a share of the least distance: of many small
 * positions together, those that are left may grow to the least size.
 */
export function withoutSmall(
  weights: Float64Array,
  { activities }: IntegerProgram,
  share: number,
): Float64Array {
  return weights.map((weight, i) => {
    const near = activities.find(({ center, leastAbove, leastBelow }) => {
      const distance = weight - center[i];
      return Math.abs(distance) < share * (distance > 0 ? leastAbove[i] : leastBelow[i]);
    });
    return near?.center[i] ?? weight;
  });
}
