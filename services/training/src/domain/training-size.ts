import { AppError } from "@portfolio/platform/app-error";
import type { Matrix } from "@portfolio/quant";
import type { TrainingSpec } from "./training-spec.ts";

/** Days of closes that the features of a day rest on. */
const LOOKBACK_CLOSES = 253;
/** Days that are learned from or tested, at least, beside the horizon. */
const DAYS_MIN = 60;
/** Days times assets: forecasts of all of them fit into a checkpoint. */
const ROWS_MAX = 600_000;
/** Numbers of features in memory at once. */
const FEATURES_MAX = 60_000_000;
const FEATURES_PER_DAY = 2;
const FEATURES_OF_TABLE = 15;

/**
 * Checks that there is enough to learn from, and not more than a process can hold.
 *
 * @throws {AppError} `HISTORY_TOO_SHORT`, `TRAINING_TOO_LARGE`.
 */
export function requireHistory(spec: TrainingSpec, { closes }: { readonly closes: Matrix }): void {
  const { rows, cols } = closes;
  const learnable = rows - firstRow(closes) - spec.target.horizonDays;
  if (!(learnable >= daysMin(spec))) {
    const found = Math.max(0, learnable);
    throw new AppError(
      "failed-precondition",
      "HISTORY_TOO_SHORT",
      `After the first year of prices there are ${found} days to learn from; this training needs ` +
        `${daysMin(spec)}. Choose a longer period, a shorter horizon or fewer folds.`,
      { metadata: { dayCount: String(found) } },
    );
  }
  if (rows * cols > ROWS_MAX || rows * cols * featureCount(spec) > FEATURES_MAX) {
    throw new AppError(
      "resource-exhausted",
      "TRAINING_TOO_LARGE",
      `${cols} symbols on ${rows} days are too much for one training. Choose fewer symbols, a later ` +
        "start or, of a network over days, fewer days.",
    );
  }
}

/** First day on which an asset has a year of closes. */
function firstRow({ rows, cols, values }: Matrix): number {
  let first = rows;
  for (let j = 0; j < cols; j++) {
    let count = 0;
    for (let t = 0; t < rows && count < LOOKBACK_CLOSES; t++) {
      count += Number.isNaN(values[t * cols + j]) ? 0 : 1;
      first = count === LOOKBACK_CLOSES ? Math.min(first, t) : first;
    }
  }
  return first;
}

function daysMin({ validation, target, stepDays }: TrainingSpec): number {
  const { horizonDays } = target;
  // Each fold learns from 30 days or more, a step apart, and holds some of them out.
  const learned = DAYS_MIN + stepDays * 2 + horizonDays;
  return validation.kind === "walk-forward"
    ? Math.max(validation.trainDaysMin, 2 * learned) + validation.foldCount + horizonDays
    : validation.blockCount *
        (3 * horizonDays + (validation.embargoDays ?? horizonDays) + DAYS_MIN);
}

function featureCount({ learner }: TrainingSpec): number {
  const days = learner.kind === "learned" ? learner.lookbackDays : 0;
  return days > 0 ? FEATURES_PER_DAY * days : FEATURES_OF_TABLE;
}
