import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";

/** Portfolio and benchmark by group and period. Weights are those at the start of each period. */
export interface BrinsonInput {
  /** Weights of the portfolio, shape (T, G); each row sums to 1. */
  readonly portfolioWeights: Matrix;
  /** Return of the portfolio's holdings in each group, shape (T, G). */
  readonly portfolioReturns: Matrix;
  readonly benchmarkWeights: Matrix;
  readonly benchmarkReturns: Matrix;
}

/** Parts of the active return, a value per group. */
export interface BrinsonEffects {
  /** (w − b)·(r_b − r_B): from weighting groups that beat the benchmark. */
  readonly allocation: Float64Array;
  /** b·(r − r_b): from what was chosen within the group. */
  readonly selection: Float64Array;
  /** (w − b)·(r − r_b). */
  readonly interaction: Float64Array;
}

/** Active return over several periods, and its parts, which add up to it. */
export interface BrinsonAttribution extends BrinsonEffects {
  /** Compound return of the portfolio over all periods. */
  readonly portfolioReturn: number;
  readonly benchmarkReturn: number;
  /** The effects of each single period; they add up to the period's difference of returns. */
  readonly periods: readonly BrinsonEffects[];
}

/**
 * Splits active return into allocation, selection and interaction by group.
 *
 * The effects of single periods are linked with Cariño's coefficients, so that the sums over
 * periods and groups equal the difference of the compound returns exactly.
 *
 * @throws {ArgumentError} Shapes differ, there is no period, an entry is not finite, or a period
 *   loses everything.
 * @see Brinson & Fachler (1985), doi:10.3905/jpm.1985.409005; Brinson, Hood & Beebower (1986),
 *   doi:10.2469/faj.v42.n4.39; Cariño (1999), "Combining Attribution Effects Over Time"
 */
export function brinsonAttribution(input: BrinsonInput): BrinsonAttribution {
  checkShapes(input);
  const { rows: periodCount, cols: groupCount } = input.portfolioWeights;
  const periods: BrinsonEffects[] = [];
  const ownReturns = new Float64Array(periodCount);
  const marketReturns = new Float64Array(periodCount);
  for (let t = 0; t < periodCount; t++) {
    ownReturns[t] = periodReturn(input.portfolioWeights, input.portfolioReturns, t);
    marketReturns[t] = periodReturn(input.benchmarkWeights, input.benchmarkReturns, t);
    periods.push(effectsOf(input, t, marketReturns[t]));
  }
  const portfolioReturn = compound(ownReturns);
  const benchmarkReturn = compound(marketReturns);
  const overall = linkingFactor(portfolioReturn, benchmarkReturn);
  const linked = emptyEffects(groupCount);
  for (let t = 0; t < periodCount; t++) {
    const factor = linkingFactor(ownReturns[t], marketReturns[t]) / overall;
    for (let g = 0; g < groupCount; g++) {
      linked.allocation[g] += factor * periods[t].allocation[g];
      linked.selection[g] += factor * periods[t].selection[g];
      linked.interaction[g] += factor * periods[t].interaction[g];
    }
  }
  return { ...linked, portfolioReturn, benchmarkReturn, periods };
}

/**
 * Computes (ln(1 + r) − ln(1 + b))/(r − b), with its limit 1/(1 + r) for equal returns.
 *
 * Written with the logarithm of one quotient, so that close returns lose no digits.
 */
function linkingFactor(own: number, market: number): number {
  const relative = (own - market) / (1 + market);
  return relative === 0 ? 1 / (1 + market) : Math.log1p(relative) / relative / (1 + market);
}

function effectsOf(input: BrinsonInput, t: number, marketReturn: number): BrinsonEffects {
  const groupCount = input.portfolioWeights.cols;
  const effects = emptyEffects(groupCount);
  for (let g = 0; g < groupCount; g++) {
    const at = t * groupCount + g;
    const benchmarkWeight = input.benchmarkWeights.values[at];
    const overweight = input.portfolioWeights.values[at] - benchmarkWeight;
    const groupReturn = input.benchmarkReturns.values[at];
    const lead = input.portfolioReturns.values[at] - groupReturn;
    effects.allocation[g] = overweight * (groupReturn - marketReturn);
    effects.selection[g] = benchmarkWeight * lead;
    effects.interaction[g] = overweight * lead;
  }
  return effects;
}

function emptyEffects(groupCount: number): BrinsonEffects {
  return {
    allocation: new Float64Array(groupCount),
    selection: new Float64Array(groupCount),
    interaction: new Float64Array(groupCount),
  };
}

function periodReturn(weights: Matrix, returns: Matrix, t: number): number {
  let sum = 0;
  for (let g = 0; g < weights.cols; g++) {
    sum += weights.values[t * weights.cols + g] * returns.values[t * weights.cols + g];
  }
  if (!(sum > -1)) {
    throw new ArgumentError(`period ${t} loses everything: its return is ${sum}`);
  }
  return sum;
}

function compound(returns: Float64Array): number {
  let logGrowth = 0;
  for (let t = 0; t < returns.length; t++) {
    logGrowth += Math.log1p(returns[t]);
  }
  return Math.expm1(logGrowth);
}

// Weights are fractions that somebody divided: their sum carries rounding.
const WEIGHT_SUM_TOLERANCE = 1e-9;

function checkShapes(input: BrinsonInput): void {
  const { rows, cols } = input.portfolioWeights;
  for (const [name, matrix] of Object.entries<Matrix>({ ...input })) {
    if (matrix.rows !== rows || matrix.cols !== cols || matrix.values.length !== rows * cols) {
      throw new ArgumentError(
        `${name} is ${matrix.rows} by ${matrix.cols}, not ${rows} by ${cols}`,
      );
    }
    if (rows === 0 || !matrix.values.every(Number.isFinite)) {
      throw new ArgumentError(`${name} has no period or an entry that is not finite`);
    }
  }
  requireFullWeights(input.portfolioWeights);
  requireFullWeights(input.benchmarkWeights);
}

function requireFullWeights({ rows, cols, values }: Matrix): void {
  for (let t = 0; t < rows; t++) {
    const sum = values.subarray(t * cols, (t + 1) * cols).reduce((a, b) => a + b, 0);
    if (!(Math.abs(sum - 1) <= WEIGHT_SUM_TOLERANCE)) {
      throw new ArgumentError(`weights of period ${t} sum to ${sum}, not 1`);
    }
  }
}
