import { ArgumentError, purgedSplits, walkForward } from "@portfolio/quant";

/** How skill is measured on days that training has not seen. */
export type FoldScheme =
  | {
      readonly kind: "walk-forward";
      readonly foldCount: number;
      /** Days before the first test; 0 means a third of all. */
      readonly trainDaysMin: number;
      /** Days of a training at most; 0 means all before the test. */
      readonly trainDaysMax: number;
    }
  | {
      readonly kind: "combinatorial-purged";
      readonly blockCount: number;
      readonly testBlockCount: number;
      /** Days after each test that training leaves out beside those of the horizon. */
      readonly embargoDays: number;
    };

/** Days to train on and days to test on. */
export interface Fold {
  /** Whether each day may be learned from, length D: what is learned then has come before a test. */
  readonly isTraining: Uint8Array;
  /** Tested days, ascending. */
  readonly testDays: Int32Array;
}

/**
 * Plans the folds of D days.
 *
 * What a day teaches is known h days later. A day is left out of the training when that span reaches
 * into a test or, in combinatorial validation, when it follows a test by up to h days and an embargo.
 *
 * @param dayCount - D.
 * @param horizonDays - h.
 * @throws {ArgumentError} There are too few days for the scheme.
 * @see López de Prado (2018), "Advances in Financial Machine Learning", sections 7.4 and 12.4
 */
export function planFolds(scheme: FoldScheme, dayCount: number, horizonDays: number): Fold[] {
  return scheme.kind === "walk-forward"
    ? walkForwardFolds(scheme, dayCount, horizonDays)
    : purgedSplits({
        rowCount: dayCount,
        foldCount: scheme.blockCount,
        testFoldCount: scheme.testBlockCount,
        purgeRows: horizonDays,
        embargoRows: scheme.embargoDays,
      }).map(({ trainRows, tests }) => ({
        isTraining: marked(dayCount, trainRows),
        testDays: Int32Array.from(tests.flatMap(({ start, end }) => [...daysBetween(start, end)])),
      }));
}

function walkForwardFolds(
  { foldCount, trainDaysMin, trainDaysMax }: Extract<FoldScheme, { kind: "walk-forward" }>,
  dayCount: number,
  horizonDays: number,
): Fold[] {
  const least = trainDaysMin || Math.floor(dayCount / 3);
  const tested = dayCount - least - horizonDays;
  const testRows = Math.ceil(tested / foldCount);
  if (!(least >= 1 && testRows >= 1)) {
    throw new ArgumentError(`${dayCount} days are too few for ${foldCount} tests`);
  }
  const splits = walkForward({
    rowCount: dayCount,
    trainRows: least,
    testRows,
    purgeRows: horizonDays,
    isExpanding: true,
    keepsPartialTest: true,
  });
  return splits.map(({ trainEnd, testStart, testEnd }) => ({
    isTraining: marked(
      dayCount,
      daysBetween(trainDaysMax > 0 ? Math.max(0, trainEnd - trainDaysMax) : 0, trainEnd),
    ),
    testDays: daysBetween(testStart, testEnd),
  }));
}

function daysBetween(start: number, end: number): Int32Array {
  return Int32Array.from({ length: end - start }, (_, k) => start + k);
}

function marked(dayCount: number, days: Int32Array): Uint8Array {
  const marks = new Uint8Array(dayCount);
  for (const day of days) {
    marks[day] = 1;
  }
  return marks;
}
