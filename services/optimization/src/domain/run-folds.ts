import { type PurgedSplit, purgedSplits, randomizedSplits } from "@portfolio/quant";
import type { PurgedValidation, RandomizedValidation } from "./backtest-problem.ts";
import type { BacktestFold, BacktestTask } from "./backtest-task.ts";
import { type Choice, choose } from "./decide.ts";
import { trainingCloses } from "./training-closes.ts";

/** Validation by fits that are each held in tests of their own. */
export type FoldValidation = PurgedValidation | RandomizedValidation;

/** Returns to fit to and tests to judge by: return t is that from row t of prices to the next. */
export interface FoldPlan {
  /** Ascending. */
  readonly trainRows: Int32Array;
  /** An end is the first return after. */
  readonly tests: readonly { readonly start: number; readonly end: number }[];
  /** Indices of the assets that may be held; all if missing. */
  readonly assets?: readonly number[];
  /** Number of the walk, with randomized validation. */
  readonly sample?: number;
}

/** What is known after a fit. */
export interface FoldStep {
  readonly doneCount: number;
  readonly totalCount: number;
  readonly name: string;
  readonly checkpoint: { readonly kind: "folds"; readonly choices: readonly Choice[] };
}

/** Cuts the returns between `dayCount` days. @throws {ArgumentError} The numbers do not fit. */
export function foldPlans(
  dayCount: number,
  assetCount: number,
  validation: FoldValidation,
): readonly FoldPlan[] {
  return validation.kind === "combinatorial-purged"
    ? splitsOf(dayCount, validation)
    : walksOf(dayCount, assetCount, validation);
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

function walksOf(
  dayCount: number,
  assetCount: number,
  validation: RandomizedValidation,
): readonly FoldPlan[] {
  const samples = randomizedSplits({
    rowCount: dayCount - 1,
    assetCount,
    sampleCount: validation.sampleCount,
    assetsPerSample: validation.symbolsPerSample,
    rowsPerSample: validation.daysPerSample,
    walk: {
      trainRows: validation.trainDays,
      testRows: validation.testDays,
      purgeRows: validation.purgeDays,
      isExpanding: validation.isExpanding,
      keepsPartialTest: true,
    },
    seed: validation.seed,
  });
  return samples.flatMap(({ assets, splits }, sample) =>
    splits.map(({ trainStart, trainEnd, testStart, testEnd }) => ({
      trainRows: Int32Array.from({ length: trainEnd - trainStart }, (_, t) => trainStart + t),
      tests: [{ start: testStart, end: testEnd }],
      assets: Array.from(assets),
      sample,
    })),
  );
}

/** Describes the plans by rows of prices. */
export function describeFolds(plans: readonly FoldPlan[]): BacktestFold[] {
  return plans.map(({ trainRows, tests, assets }) => ({
    trainStartRow: (trainRows[0] ?? 0) + 1,
    trainEndRow: (trainRows[trainRows.length - 1] ?? 0) + 1,
    tests: tests.map(({ start, end }) => ({ startRow: start + 1, endRow: end })),
    ...(assets && { assets }),
  }));
}

/**
 * Fits each strategy to the training rows of each plan, from where an earlier run stopped.
 *
 * @returns Yields after each fit; the fits of the first strategy come first.
 */
export function* foldSteps(
  task: BacktestTask,
  plans: readonly FoldPlan[],
  from: readonly Choice[],
): Generator<FoldStep, readonly Choice[]> {
  const choices = [...from];
  const totalCount = plans.length * task.strategies.length;
  while (choices.length < totalCount) {
    const strategy = task.strategies[Math.floor(choices.length / plans.length)];
    const plan = plans[choices.length % plans.length];
    if (strategy === undefined || plan === undefined) {
      throw new Error("there are more fits than strategies and folds");
    }
    const closes = trainingCloses(task.closes, plan.trainRows);
    const isMember = plan.assets && flagsOf(plan.assets, closes.cols);
    const view = { closes, isMember, requiredRows: closes.rows };
    choices.push(choose(strategy, view, {}, undefined));
    yield {
      doneCount: choices.length,
      totalCount,
      name: strategy.name,
      checkpoint: { kind: "folds", choices },
    };
  }
  return choices;
}

function flagsOf(assets: readonly number[], assetCount: number): Uint8Array {
  const flags = new Uint8Array(assetCount);
  for (const asset of assets) {
    flags[asset] = 1;
  }
  return flags;
}
