import { ArgumentError, type Matrix } from "@portfolio/quant";
import { skillWeights, stackingWeights } from "../ensemble/combine-forecasts.ts";
import { dailyLosses } from "./daily-losses.ts";
import { mixedUnits } from "./forecast-days.ts";
import type { ForecastTarget } from "./forecast-target.ts";
import type { ForecastReplay } from "./forecast-training.ts";

/** How forecasts are mixed. */
export type CombinationMethod = "equal" | "skill" | "stacking";

/** What a mixture would have forecast, and the weights that it has now. */
export interface CombinedReplay {
  readonly replay: ForecastReplay;
  /** At least 0, of sum 1, length K. */
  readonly weights: Float64Array;
}

/** Weights are learned anew so many times over the replay. */
const BLOCK_COUNT = 5;
/** How far skills are shrunk to their mean. */
const SHRINKAGE = 0.5;

/**
 * Mixes forecasts on days that none of their trainings had seen.
 *
 * The weights of a day rest on outcomes that were known before its block of days: in the first block
 * all weigh the same. Days and assets that one of them did not forecast are left out.
 *
 * @param replays - At least one, of the same days and assets.
 * @throws {ArgumentError} Their shapes differ, or they share no forecast.
 */
export function combineReplays(
  target: ForecastTarget,
  replays: readonly ForecastReplay[],
  method: CombinationMethod,
): CombinedReplay {
  const units = replays.map((replay) => unitsOf(target, replay));
  const [first] = replays;
  const { rows, cols } = first.forecasts;
  if (units.some((unit) => unit.length !== rows * cols)) {
    throw new ArgumentError("replays of a combination are of different days or assets");
  }
  const forecasts = new Float64Array(rows * cols);
  const folds = new Int32Array(rows);
  for (let block = 0; block < BLOCK_COUNT; block++) {
    const start = Math.floor((block * rows) / BLOCK_COUNT);
    const end = Math.floor(((block + 1) * rows) / BLOCK_COUNT);
    const known = Math.max(0, start - target.horizonDays) * cols;
    const weights = weightsOf(target, first.outcomes, units, method, known);
    folds.fill(block + 1, start, end);
    for (let k = start * cols; k < end * cols; k++) {
      forecasts[k] = units.reduce((sum, unit, m) => sum + weights[m] * unit[k], 0);
    }
  }
  return {
    replay: { ...first, folds, forecasts: { rows, cols, values: forecasts } },
    weights: weightsOf(target, first.outcomes, units, method, rows * cols),
  };
}

/** Forecasts as they are mixed: of ranks, their ranks of the day. */
function unitsOf(target: ForecastTarget, { forecasts }: ForecastReplay): Float64Array {
  const { rows, cols, values } = forecasts;
  const days = Int32Array.from({ length: rows * cols }, (_, k) => Math.floor(k / cols));
  return mixedUnits(target, [values], days)[0];
}

/** Learns weights from the first cells. */
function weightsOf(
  target: ForecastTarget,
  outcomes: Matrix,
  units: readonly Float64Array[],
  method: CombinationMethod,
  cellCount: number,
): Float64Array {
  const equal = new Float64Array(units.length).fill(1 / units.length);
  const cells = Int32Array.from({ length: cellCount }, (_, k) => k).filter(
    (k) => !Number.isNaN(outcomes.values[k]) && units.every((unit) => !Number.isNaN(unit[k])),
  );
  if (method === "equal" || cells.length === 0) {
    return equal;
  }
  if (method === "stacking") {
    const values = Float64Array.from(cells, () => 0);
    const table = new Float64Array(cells.length * units.length);
    for (let i = 0; i < cells.length; i++) {
      values[i] = outcomes.values[cells[i]];
      for (let m = 0; m < units.length; m++) {
        table[i * units.length + m] = units[m][cells[i]];
      }
    }
    return stackingWeights({ rows: cells.length, cols: units.length, values: table }, values);
  }
  return bySkill(target, outcomes, units, cellCount);
}

function bySkill(
  target: ForecastTarget,
  outcomes: Matrix,
  units: readonly Float64Array[],
  cellCount: number,
): Float64Array {
  const { cols } = outcomes;
  const rows = Math.floor(cellCount / cols);
  const cut = (values: Float64Array) => ({ rows, cols, values: values.subarray(0, rows * cols) });
  const skills = units.map((unit) => {
    const { rank_ic } = dailyLosses(target, {
      forecasts: cut(unit),
      outcomes: cut(outcomes.values),
    });
    return rank_ic?.values ?? new Float64Array(0);
  });
  const days = Math.min(...skills.map(({ length }) => length));
  if (days === 0) {
    return new Float64Array(units.length).fill(1 / units.length);
  }
  const values = Float64Array.from(
    { length: days * units.length },
    (_, k) => skills[k % units.length][Math.floor(k / units.length)],
  );
  return skillWeights({ rows: days, cols: units.length, values }, SHRINKAGE);
}
