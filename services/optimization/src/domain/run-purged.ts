import { type Matrix, type PurgedSplit, purgedSplits } from "@portfolio/quant";
import type { PurgedValidation } from "./backtest-problem.ts";
import type { BacktestFold, BacktestTask, FoldFit } from "./backtest-task.ts";
import { fitWeights } from "./decide.ts";

/** What is known after a fit. */
export interface PurgedStep {
  readonly doneCount: number;
  readonly totalCount: number;
  readonly name: string;
  readonly checkpoint: { readonly kind: "combinatorial-purged"; readonly fits: readonly FoldFit[] };
}

/** Cuts the returns between `dayCount` days. @throws {ArgumentError} As `purgedSplits`. */
export function splitsOf(dayCount: number, validation: PurgedValidation): readonly PurgedSplit[] {
  return purgedSplits({
    rowCount: dayCount - 1,
    foldCount: validation.foldCount,
    testFoldCount: validation.testFoldCount,
    purgeRows: validation.purgeDays,
    embargoRows: validation.embargoDays,
  });
}

/** Describes the splits by rows of prices: return t is that from row t to row t + 1. */
export function purgedFolds(splits: readonly PurgedSplit[]): BacktestFold[] {
  return splits.map(({ trainRows, tests }) => ({
    trainStartRow: (trainRows[0] ?? 0) + 1,
    trainEndRow: (trainRows[trainRows.length - 1] ?? 0) + 1,
    tests: tests.map(({ start, end }) => ({ startRow: start + 1, endRow: end })),
  }));
}

/**
 * Fits each strategy to the training rows of each split, from where an earlier run stopped.
 *
 * @returns Yields after each fit; the fits of the first strategy come first.
 */
export function* purgedSteps(
  task: BacktestTask,
  splits: readonly PurgedSplit[],
  from: readonly FoldFit[],
): Generator<PurgedStep, readonly FoldFit[]> {
  const fits = [...from];
  const totalCount = splits.length * task.strategies.length;
  while (fits.length < totalCount) {
    const strategy = task.strategies[Math.floor(fits.length / splits.length)];
    const split = splits[fits.length % splits.length];
    if (strategy === undefined || split === undefined) {
      throw new Error("there are more fits than strategies and splits");
    }
    const closes = trainingCloses(task.closes, split.trainRows);
    fits.push(fitWeights(strategy.optimization, closes));
    yield {
      doneCount: fits.length,
      totalCount,
      name: strategy.name,
      checkpoint: { kind: "combinatorial-purged", fits },
    };
  }
  return fits;
}

/** Strings the training returns together to closes, so that what was left out leaves no gap. */
function trainingCloses({ cols, values }: Matrix, trainRows: Int32Array): Matrix {
  const closes = new Float64Array((trainRows.length + 1) * cols).fill(1, 0, cols);
  for (const [k, row] of trainRows.entries()) {
    for (let j = 0; j < cols; j++) {
      const before = values[row * cols + j] ?? 0;
      const after = values[(row + 1) * cols + j] ?? 0;
      closes[(k + 1) * cols + j] = (closes[k * cols + j] ?? 0) * (after / before);
    }
  }
  return { rows: trainRows.length + 1, cols, values: closes };
}
