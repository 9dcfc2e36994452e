import { ArgumentError } from "../errors.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { momentsOf } from "./moments.ts";
import { requireExcessReturns } from "./return-series.ts";
import type { SharpeTrials } from "./sharpe-ratio.ts";

/** How well the best strategy in one half of the time does in the other half. */
export interface OverfittingFigures {
  /** Part of the splits in which the best in sample is below the median out of sample. */
  readonly probability: number;
  /** ln(ω/(1 − ω)) of the relative rank ω of the chosen strategy, a value per split. */
  readonly logits: Float64Array;
  /** Slope of the chosen strategy's Sharpe ratio out of sample on that in sample. */
  readonly degradationSlope: number | undefined;
  /** Part of the splits in which the chosen strategy loses out of sample. */
  readonly lossProbability: number;
  /** Number and variance of the Sharpe ratios over the whole time, per observation. */
  readonly trials: SharpeTrials;
}

/** Splits beyond this take too long: 18 blocks give 48,620. */
const BLOCK_COUNT_MAX = 18;

/**
 * Estimates the probability of backtest overfitting by combinatorially symmetric cross-validation.
 *
 * Time is cut into blocks; every choice of half of them is the sample, the rest is not. In each
 * the strategy of highest Sharpe ratio is chosen, the first of equals, and ranked among all out
 * of sample, equals sharing their mean rank. A strategy that does not vary has the ratio 0.
 *
 * @param returns - Excess returns per observation, shape (T, N): a column per strategy tried.
 * @param blockCount - Number of blocks, even, 2 … 18; T is cut to a multiple, oldest first.
 * @throws {ArgumentError} There are fewer than 2 strategies or than 2 rows a block, a return is NaN
 *   or over 1e50 in size, or the number of blocks is not valid.
 * @see Bailey, Borwein, López de Prado & Zhu (2017), "The Probability of Backtest Overfitting",
 *   section 2, doi:10.21314/JCF.2016.322
 */
export function backtestOverfitting(returns: Matrix, blockCount: number): OverfittingFigures {
  const blocks = blockSums(returns, blockCount);
  const choices = halves(blockCount);
  const logits = new Float64Array(choices.length);
  const inSample = new Float64Array(choices.length);
  const outOfSample = new Float64Array(choices.length);
  for (let s = 0; s < choices.length; s++) {
    const inside = ratiosOf(blocks, choices[s], true);
    const outside = ratiosOf(blocks, choices[s], false);
    const best = indexOfLargest(inside);
    const relativeRank = rankOf(outside, best) / (outside.length + 1);
    logits[s] = Math.log(relativeRank / (1 - relativeRank));
    inSample[s] = inside[best];
    outOfSample[s] = outside[best];
  }
  return {
    probability: share(logits, (logit) => logit <= 0),
    logits,
    degradationSlope: slopeOf(inSample, outOfSample),
    lossProbability: share(outOfSample, (ratio) => ratio < 0),
    trials: trialsOf(ratiosOf(blocks, new Uint8Array(blockCount).fill(1), true)),
  };
}

/** Describes tried strategies by the number and the variance of their Sharpe ratios. */
export function trialsOf(ratios: Float64Array): SharpeTrials {
  return {
    count: ratios.length,
    variance: ratios.length < 2 ? 0 : momentsOf(ratios).standardDeviation ** 2,
  };
}

/** Sums per block and strategy, about each strategy's mean over the whole time. */
interface BlockSums {
  readonly strategyCount: number;
  readonly rowsPerBlock: number;
  /** Length N. */
  readonly means: Float64Array;
  /** Shape (blocks, N): sums of deviations, and of their squares. */
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

function blockSums({ rows, cols: n, values }: Matrix, blockCount: number): BlockSums {
  requireExcessReturns(values, "returns of strategies");
  if (!(blockCount >= 2 && blockCount <= BLOCK_COUNT_MAX && blockCount % 2 === 0)) {
    throw new ArgumentError(`the number of blocks is ${blockCount}, not even within 2 … 18`);
  }
  const rowsPerBlock = Math.floor(rows / blockCount);
  if (n < 2 || rowsPerBlock < 2) {
    throw new ArgumentError(
      `${rows} returns of ${n} strategies are too few for ${blockCount} blocks`,
    );
  }
  const used = rowsPerBlock * blockCount;
  const skipped = rows - used;
  const means = new Float64Array(n);
  const sums = new Float64Array(blockCount * n);
  const squares = new Float64Array(blockCount * n);
  for (let j = 0; j < n; j++) {
    const column = Float64Array.from({ length: used }, (_, t) => values[(skipped + t) * n + j]);
    means[j] = momentsOf(column).mean;
    for (let t = 0; t < used; t++) {
      const deviation = column[t] - means[j];
      const at = Math.floor(t / rowsPerBlock) * n + j;
      sums[at] += deviation;
      squares[at] += deviation * deviation;
    }
  }
  return { strategyCount: n, rowsPerBlock, means, sums, squares };
}

/** Lists every choice of half the blocks, as flags per block. */
function halves(blockCount: number): Uint8Array[] {
  const choices: Uint8Array[] = [];
  for (let bits = 0; bits < 2 ** blockCount; bits++) {
    const chosen = Uint8Array.from({ length: blockCount }, (_, b) => (bits >>> b) & 1);
    if (chosen.reduce((sum, flag) => sum + flag, 0) === blockCount / 2) {
      choices.push(chosen);
    }
  }
  return choices;
}

/** Computes each strategy's Sharpe ratio over the blocks that are chosen, or that are not. */
function ratiosOf(blocks: BlockSums, chosen: Uint8Array, inside: boolean): Float64Array {
  const { strategyCount: n, rowsPerBlock, means, sums, squares } = blocks;
  const flag = inside ? 1 : 0;
  const ratios = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    let count = 0;
    let sum = 0;
    let square = 0;
    for (let b = 0; b < chosen.length; b++) {
      if (chosen[b] === flag) {
        count += rowsPerBlock;
        sum += sums[b * n + j];
        square += squares[b * n + j];
      }
    }
    const variance = (square - (sum * sum) / count) / (count - 1);
    const isConstant = variance <= 1e-26 * means[j] ** 2;
    ratios[j] = isConstant ? 0 : (means[j] + sum / count) / Math.sqrt(variance);
  }
  return ratios;
}

function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let j = 1; j < values.length; j++) {
    best = values[j] > values[best] ? j : best;
  }
  return best;
}

/** Ranks an entry from 1 for the smallest; equals share their mean rank. */
function rankOf(values: Float64Array, index: number): number {
  let below = 0;
  let equal = 0;
  for (let j = 0; j < values.length; j++) {
    below += values[j] < values[index] ? 1 : 0;
    equal += values[j] === values[index] ? 1 : 0;
  }
  return below + (equal + 1) / 2;
}

function share(values: Float64Array, holds: (value: number) => boolean): number {
  return values.filter(holds).length / values.length;
}

function slopeOf(x: Float64Array, y: Float64Array): number | undefined {
  const { mean: xMean, standardDeviation } = momentsOf(x);
  if (standardDeviation === 0) {
    return undefined;
  }
  let sum = 0;
  for (let s = 0; s < x.length; s++) {
    sum += (x[s] - xMean) * y[s];
  }
  return sum / ((x.length - 1) * standardDeviation ** 2);
}
