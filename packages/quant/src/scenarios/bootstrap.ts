import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { randomSource } from "../random/xoshiro.ts";
import { historicalScenarios, type ScenarioSet } from "./scenario-set.ts";

/**
 * Draws periods of the past in blocks of random length.
 *
 * A block starts at any period and goes on with probability 1 − 1/b, the first period following the
 * last: the series drawn is stationary, and blocks have a mean length of b. At b = 1 periods are
 * independent.
 *
 * @param returns - Returns, one row per period, oldest first, shape (T, n), T ≥ 1.
 * @param count - Periods to draw, at least 1.
 * @param meanBlock - Mean length b of a block in periods, at least 1.
 * @param seed - Any integer: the same seed draws the same periods.
 * @throws {ArgumentError} There is no row, or the count or the length is below 1.
 * @see Politis & Romano (1994), "The stationary bootstrap", doi:10.1080/01621459.1994.10476870
 */
export function bootstrapScenarios(
  returns: Matrix,
  count: number,
  meanBlock: number,
  seed: number,
): ScenarioSet {
  const { rows, cols } = returns;
  if (rows < 1 || !(count >= 1) || !(meanBlock >= 1)) {
    throw new ArgumentError(
      `a bootstrap of ${count} from ${rows} periods in blocks of ${meanBlock}: all must be over 0`,
    );
  }
  const uniform = randomSource(seed);
  const values = new Float64Array(count * cols);
  let period = 0;
  for (let t = 0; t < count; t++) {
    const goesOn = t > 0 && uniform() >= 1 / meanBlock;
    period = goesOn ? (period + 1) % rows : Math.floor(uniform() * rows);
    values.set(returns.values.subarray(period * cols, (period + 1) * cols), t * cols);
  }
  return historicalScenarios({ rows: count, cols, values });
}
