import { ArgumentError } from "../../errors.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import { largestBudget, linearSystem } from "../constraints.ts";
import type { LinearSystem } from "../linear-system.ts";
import type { DiscretePortfolioProblem } from "./discrete-portfolio.ts";
import type { Activity, IntegerProgram } from "./integer-program.ts";

/**
 * Writes the portfolio of the highest Sharpe ratio as an integer program over y = κw and κ, for
 * the κ at which the excess return e'y is 1: least ½y'Σy then has the highest ratio. Limits on w
 * become rows over y and κ, and least positions rows that hold where an asset is active.
 *
 * @throws {ArgumentError} Positions may be short, or trades or lots are limited.
 * @see Cornuejols & Tütüncü (2007), "Optimization Methods in Finance", 8.2
 */
export function ratioProgram(
  problem: DiscretePortfolioProblem,
  riskFreeRate: number,
): IntegerProgram {
  const { expectedReturns, covariance, constraints, discreteness } = problem;
  const { holdings, trades, lots } = discreteness;
  const n = expectedReturns.length;
  if (trades !== undefined || lots !== undefined || constraints.lower.some((bound) => bound < 0)) {
    throw new ArgumentError(
      "a maximum ratio takes counts and least positions from 0 up, not short ones, trades or lots",
    );
  }
  const total = largestBudget(constraints);
  const rows = homogeneousRows(linearSystem(constraints), expectedReturns, { riskFreeRate, total });
  const least = holdings?.leastAbove ?? new Float64Array(n);
  const rowsWhenActive = new Int32Array(n + 1).fill(-1);
  for (let i = 0; i < n; i++) {
    if (least[i] > 0) {
      rowsWhenActive[i] = rows.count;
      rows.add(
        [
          [i, 1],
          [n, -least[i]],
        ],
        Number.NEGATIVE_INFINITY,
        Number.POSITIVE_INFINITY,
      );
    }
  }
  const held: Activity = {
    center: new Float64Array(n + 1),
    leastAbove: new Float64Array(n + 1),
    leastBelow: new Float64Array(n + 1),
    counts: holdings?.counts ?? [],
    rowsWhenActive,
  };
  return {
    matrix: bordered(covariance),
    linear: new Float64Array(n + 1),
    system: rows.system(),
    activities: [held],
  };
}

type Entry = readonly [index: number, value: number];

class RowList {
  count = 0;
  readonly #values: number[] = [];
  readonly #lower: number[] = [];
  readonly #upper: number[] = [];
  readonly #width: number;

  constructor(width: number) {
    this.#width = width;
  }

  add(entries: readonly Entry[], lower: number, upper: number): void {
    const row = new Array<number>(this.#width).fill(0);
    for (const [index, value] of entries) {
      row[index] += value;
    }
    this.#values.push(...row);
    this.#lower.push(lower);
    this.#upper.push(upper);
    this.count++;
  }

  /** The rows over variables from 0 up. */
  system(): LinearSystem {
    const values = Float64Array.from(this.#values);
    return {
      lower: new Float64Array(this.#width),
      upper: new Float64Array(this.#width).fill(Number.POSITIVE_INFINITY),
      rows: { rows: this.count, cols: this.#width, values },
      rowLower: Float64Array.from(this.#lower),
      rowUpper: Float64Array.from(this.#upper),
    };
  }
}

function homogeneousRows(
  { lower, upper, rows, rowLower, rowUpper }: LinearSystem,
  expectedReturns: Float64Array,
  { riskFreeRate, total }: { readonly riskFreeRate: number; readonly total: number },
): RowList {
  const n = lower.length;
  const list = new RowList(n + 1);
  // What is not invested earns the risk-free rate, so that only what is invested has an excess.
  const excess = Array.from(expectedReturns, (mean, i): Entry => [i, mean - riskFreeRate]);
  list.add(excess, 1, 1);
  const addLimits = (entries: readonly Entry[], least: number, most: number): void => {
    if (least === most) {
      list.add([...entries, [n, -least]], 0, 0);
      return;
    }
    if (Number.isFinite(least)) {
      list.add([...entries, [n, -least]], 0, Number.POSITIVE_INFINITY);
    }
    if (Number.isFinite(most)) {
      list.add([...entries, [n, -most]], Number.NEGATIVE_INFINITY, 0);
    }
  };
  for (let r = 0; r < rowLower.length; r++) {
    const row = rows.values.subarray(r * n, (r + 1) * n);
    addLimits(
      Array.from(row, (value, i): Entry => [i, value]),
      rowLower[r],
      rowUpper[r],
    );
  }
  for (let i = 0; i < n; i++) {
    // The budget implies upper bounds that it does not exceed.
    const most = upper[i] < total ? upper[i] : Number.POSITIVE_INFINITY;
    addLimits([[i, 1]], lower[i] > 0 ? lower[i] : Number.NEGATIVE_INFINITY, most);
  }
  return list;
}

/** Adds a variable without variance. */
function bordered({ rows: n, values }: Matrix): Matrix {
  const wide = new Float64Array((n + 1) * (n + 1));
  for (let i = 0; i < n; i++) {
    wide.set(values.subarray(i * n, (i + 1) * n), i * (n + 1));
  }
  return { rows: n + 1, cols: n + 1, values: wide };
}
