import {
  dailyLosses,
  type PriceMarket,
  priceMarket,
  summarizeCoefficients,
} from "@portfolio/learning";
import type { Matrix } from "@portfolio/quant";
import { scalePerYear, scoreOf, standardScores } from "./asset-forecasts.ts";
import { dayOf } from "./day-number.ts";
import { type ForecastSkill, shrinkCoefficient } from "./forecast-skill.ts";
import type { ForecastPrices } from "./forecaster.ts";
import type { Replay } from "./model-version.ts";
import { trailingVolatilities } from "./trailing-volatilities.ts";
import type { Target } from "./training-spec.ts";

/** Forecasts that a version would have made, and on which days they are wanted. */
export interface PastForecastsTask {
  readonly target: Target;
  /** Of a walk forward: no forecast knows of later days. */
  readonly replay: Replay;
  /** Of the symbols of the replay, with a year before the first day wanted; unused without days. */
  readonly prices: ForecastPrices;
  /** `YYYY-MM-DD`, ascending. None asks for the range alone. */
  readonly asOfDates: readonly string[];
  /** In calendar days. */
  readonly maxAgeDays: number;
}

/** Forecasts as they would have been made; a row for each day wanted, a column for each symbol. */
export interface PastForecasts {
  /** Missing when there is no forecast on any day. */
  readonly range: PastRange | undefined;
  /** When each was made, `YYYY-MM-DD`; empty where there is none. */
  readonly madeOnDates: readonly string[];
  /** In the unit of the target: of volatilities a standard deviation per year. */
  readonly scores: Matrix;
  /** As of `AssetForecast`; missing for targets that order no assets, as is the next. */
  readonly excessReturnsPerYear: Matrix | undefined;
  /** As of `ForecastSkill`, by what was known on the day; 0 where there is no forecast. */
  readonly confidences: Float64Array | undefined;
}

/** From when to when forecasts can be had. */
export interface PastRange {
  /** Of the replay, as `lastDate`. */
  readonly firstDate: string;
  readonly lastDate: string;
}

/** Outcomes of fewer days, or of fewer horizons, tell no skill from luck. */
const KNOWN_DAYS_MIN = 63;
const KNOWN_HORIZONS_MIN = 12;

/**
 * Takes the forecasts of a replay as they would have been known on some days.
 *
 * Each is scaled as `assetForecasts` does, by the information coefficient of those days whose outcomes
 * were known when it was made, so that nothing later has a part in it.
 */
export function pastForecasts(task: PastForecastsTask): PastForecasts {
  const { target, replay, prices, asOfDates } = task;
  const skills = skillsOf(target, replay);
  const firstRow = firstRowOf(replay, skills);
  const rows = madeOnRows(task, firstRow);
  const cols = replay.symbols.length;
  const size = rows.length * cols;
  const scores = new Float64Array(size).fill(Number.NaN);
  const excess = new Float64Array(skills.orders ? size : 0).fill(Number.NaN);
  const confidences = new Float64Array(skills.orders ? rows.length : 0);
  const market = rows.length === 0 ? undefined : priceMarket(prices);
  for (const [k, row] of rows.entries()) {
    if (row < 0) {
      continue;
    }
    const own = replay.forecasts.values.subarray(row * cols, (row + 1) * cols);
    scores.set(
      own.map((value) => scoreOf(target, value)),
      k * cols,
    );
    if (skills.orders && market !== undefined) {
      const skill = skills.at(row);
      const end = rowsUntil(prices.dates, replay.dates[row] ?? "");
      confidences[k] = skill.shrunkCoefficient ** 2;
      excess.set(excessReturns(own, scalePerYear(skill, target), { market, end }), k * cols);
    }
  }
  const shape = { rows: rows.length, cols };
  return {
    range: rangeOf(replay, firstRow),
    madeOnDates: asOfDates.map((_, k) => replay.dates[rows[k] ?? -1] ?? ""),
    scores: { ...shape, values: scores },
    excessReturnsPerYear: skills.orders ? { ...shape, values: excess } : undefined,
    confidences: skills.orders ? confidences : undefined,
  };
}

function excessReturns(
  forecasts: Float64Array,
  scale: number,
  { market, end }: { readonly market: PriceMarket; readonly end: number },
): Float64Array {
  const deviations = trailingVolatilities(market, end, (value, mean) => value - mean);
  const standard = standardScores(forecasts);
  return forecasts.map((value, j) =>
    Number.isFinite(value) ? scale * (deviations[j] ?? 0) * (standard[j] ?? 0) : Number.NaN,
  );
}

/** Finds the first row with a forecast that can be scaled; the number of rows where none can. */
function firstRowOf(replay: Replay, skills: Skills): number {
  const { length } = replay.dates;
  let row = 0;
  while (row < length && !(hasForecast(replay, row) && skills.isKnown(row))) {
    row++;
  }
  return row;
}

function rangeOf({ dates }: Replay, firstRow: number): PastRange | undefined {
  const [firstDate, lastDate] = [dates[firstRow], dates.at(-1)];
  return firstDate !== undefined && lastDate !== undefined ? { firstDate, lastDate } : undefined;
}

/** Finds the row of the replay that each day wanted gets; -1 where there is none. */
function madeOnRows(
  { replay, asOfDates, maxAgeDays }: PastForecastsTask,
  firstRow: number,
): number[] {
  return asOfDates.map((date) => {
    let row = rowsUntil(replay.dates, date) - 1;
    while (row >= firstRow && !hasForecast(replay, row)) {
      row--;
    }
    const isUsable = row >= firstRow && dayOf(date) - dayOf(replay.dates[row] ?? "") <= maxAgeDays;
    return isUsable ? row : -1;
  });
}

/** What was known of skill on each day of a replay. */
interface Skills {
  /** Whether forecasts order assets, and so are scaled by skill. */
  readonly orders: boolean;
  /** Tells whether enough outcomes were known on the day of a row. */
  readonly isKnown: (row: number) => boolean;
  /** Measures skill on the outcomes that were known. */
  readonly at: (row: number) => Pick<ForecastSkill, "shrunkCoefficient">;
}

function skillsOf(target: Target, replay: Replay): Skills {
  const { kind, horizonDays } = target;
  if (kind !== "rank" && kind !== "return") {
    return { orders: false, isKnown: () => true, at: () => ({ shrunkCoefficient: 0 }) };
  }
  const { days, values } = dailyLosses(target, replay)["ic"] ?? {
    days: new Int32Array(0),
    values: new Float64Array(0),
  };
  const knownAt = (row: number) => countUntil(days, row - horizonDays);
  return {
    orders: true,
    isKnown: (row) => knownAt(row) >= Math.max(KNOWN_DAYS_MIN, KNOWN_HORIZONS_MIN * horizonDays),
    at: (row) => {
      const own = values.subarray(0, knownAt(row));
      const { mean, t } = summarizeCoefficients(own, Math.min(horizonDays - 1, own.length - 1));
      const shrunkCoefficient = t === 0 ? 0 : shrinkCoefficient(mean, Math.abs(mean / t));
      return { shrunkCoefficient };
    },
  };
}

function hasForecast({ symbols, forecasts }: Replay, row: number): boolean {
  const start = row * symbols.length;
  return forecasts.values.subarray(start, start + symbols.length).some(Number.isFinite);
}

/** Counts the ascending numbers up to a bound. */
function countUntil(ascending: Int32Array, bound: number): number {
  let count = ascending.length;
  while (count > 0 && (ascending[count - 1] ?? 0) > bound) {
    count--;
  }
  return count;
}

/** Counts the ascending dates up to one. */
function rowsUntil(dates: readonly string[], date: string): number {
  let low = 0;
  let high = dates.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((dates[middle] ?? "") <= date) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}
