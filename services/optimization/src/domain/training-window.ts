import {
  dropCorrelated,
  type Matrix,
  selectExtremes,
  selectNonDominated,
  selectNonExpiring,
  simpleReturns,
  type WindowEstimates,
} from "@portfolio/quant";
import type { PreSelection } from "./backtest-strategy.ts";
import { takeColumnsFrom, takeEntries } from "./take-assets.ts";

/** What a decision may look at. */
export interface TrainingView {
  /** Shape (rows, N), NaN where an asset has no close. */
  readonly closes: Matrix;
  /** 1 for each asset that may be held, length N; all if missing. */
  readonly isMember: Uint8Array | undefined;
  /** Day of the last row since 1970-01-01; missing where training days are not the last. */
  readonly lastDay?: number | undefined;
  /** Rows, counted from the last, in which an asset needs a close to be held. */
  readonly requiredRows: number;
  /** Estimates from the last rows of closes, for all assets; missing where fits share nothing. */
  readonly sampleOver?: ((rowCount: number) => WindowEstimates) | undefined;
}

/** Assets to choose among, and their closes without gaps. */
export interface TrainingWindow {
  /** Indices, ascending. */
  readonly assets: readonly number[];
  /** Shape (rows, assets). */
  readonly closes: Matrix;
  /** Estimates from these closes, in less time than from nothing; missing where there is no such way. */
  readonly sample?: (() => WindowEstimates) | undefined;
}

/** Lists the assets that may be held: members with a close in each of the rows required. */
export function eligibleAssets({ closes, isMember, requiredRows }: TrainingView): number[] {
  const { rows, cols, values } = closes;
  const first = Math.max(0, rows - requiredRows);
  const eligible: number[] = [];
  for (let j = 0; j < cols; j++) {
    let isComplete = isMember === undefined || isMember[j] === 1;
    for (let t = first; t < rows && isComplete; t++) {
      isComplete = !Number.isNaN(values[t * cols + j]);
    }
    if (isComplete) {
      eligible.push(j);
    }
  }
  return eligible;
}

/**
 * Takes the assets that may be held and are not left out beforehand, with all last rows in which
 * each that may be held has a close.
 *
 * @returns No asset where none may be held.
 * @throws {ArgumentError} The returns cannot be measured.
 */
export function trainingWindow(
  view: TrainingView,
  preSelections: readonly PreSelection[],
): TrainingWindow {
  const eligible = eligibleAssets(view);
  const closes = takeColumnsFrom(view.closes, firstCompleteRow(view.closes, eligible), eligible);
  let window: TrainingWindow = { assets: eligible, closes };
  for (const selection of preSelections) {
    const { assets } = window;
    if (assets.length === 0) {
      break;
    }
    const kept = Array.from(keptBy(selection, window, view.lastDay));
    window = {
      assets: kept.map((k) => assets[k] ?? 0),
      closes: takeColumnsFrom(window.closes, 0, kept),
    };
  }
  const { sampleOver } = view;
  const isWhole = window.assets.length === view.closes.cols;
  return isWhole && sampleOver
    ? { ...window, sample: () => sampleOver(window.closes.rows) }
    : window;
}

function firstCompleteRow({ rows, cols, values }: Matrix, assets: readonly number[]): number {
  let first = rows;
  while (
    first > 0 &&
    assets.every((asset) => !Number.isNaN(values[(first - 1) * cols + asset] ?? Number.NaN))
  ) {
    first--;
  }
  return first;
}

function keptBy(
  selection: PreSelection,
  { assets, closes }: TrainingWindow,
  lastDay: number | undefined,
): Int32Array {
  switch (selection.kind) {
    case "correlation":
      return dropCorrelated(simpleReturns(closes), selection.threshold, selection.isAbsolute);
    case "extreme":
      return selectExtremes(simpleReturns(closes), selection.count, selection);
    case "non-dominated":
      return selectNonDominated(simpleReturns(closes), selection.countMin);
    case "non-expiring": {
      if (lastDay === undefined) {
        throw new Error("assets that expire are left out without a day to count from");
      }
      const expirations = takeEntries(selection.expirationDays, assets);
      return selectNonExpiring(expirations, lastDay + selection.lookaheadDays);
    }
  }
}
