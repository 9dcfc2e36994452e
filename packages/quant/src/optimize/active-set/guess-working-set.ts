import type { LinearSystem } from "../linear-system.ts";
import type { WorkingSet } from "./quadratic-program.ts";

/** Guesses which limits bind at an optimum near x: bounds that x meets, and equalities. */
export function guessWorkingSet(
  { lower, upper, rowLower, rowUpper }: LinearSystem,
  x: Float64Array,
): WorkingSet {
  const n = x.length;
  const set = new Int8Array(n + rowLower.length);
  for (let j = 0; j < n; j++) {
    set[j] = x[j] <= lower[j] ? -1 : Number(x[j] >= upper[j]);
  }
  for (let r = 0; r < rowLower.length; r++) {
    set[n + r] = rowLower[r] === rowUpper[r] ? -1 : 0;
  }
  return set;
}
