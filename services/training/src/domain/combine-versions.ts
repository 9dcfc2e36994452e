import {
  type CombinationMethod,
  combineReplays,
  decodeForecastModel,
  type ForecastReplay,
  type ForecastRule,
} from "@portfolio/learning";
import { ArgumentError, type Matrix } from "@portfolio/quant";
import type { ParentVersion, TrainingTask } from "./training-task.ts";

/**
 * Makes one forecast of those of several versions, which it holds: it goes on when they are gone.
 *
 * @throws {ArgumentError} The replays share no day or symbol.
 */
export function combineVersions(
  { spec, symbols, dates, parents }: TrainingTask,
  method: CombinationMethod,
): { readonly rule: ForecastRule; readonly replay: ForecastReplay } {
  const dayOf = new Map(dates.map((date, day) => [date, day]));
  const shared = (parents[0]?.replay.dates ?? []).filter(
    (date) => dayOf.has(date) && parents.every(({ replay }) => replay.dates.includes(date)),
  );
  if (shared.length === 0) {
    throw new ArgumentError("the versions of the combination were tested on no day in common");
  }
  const days = Int32Array.from(shared, (date) => dayOf.get(date) ?? 0);
  const replays = parents.map((parent) => alignReplay(parent, symbols, shared, days));
  const { replay, weights } = combineReplays(spec.target, replays, method);
  return {
    replay,
    rule: {
      kind: "combination",
      members: parents.map(({ artifact }, k) => ({
        rule: decodeForecastModel(artifact).rule,
        weight: weights[k] ?? 0,
      })),
    },
  };
}

/** Brings a replay to the days and symbols of the combination. */
function alignReplay(
  { replay }: ParentVersion,
  symbols: readonly string[],
  dates: readonly string[],
  days: Int32Array,
): ForecastReplay {
  const rowOf = new Map(replay.dates.map((date, row) => [date, row]));
  const columns = symbols.map((symbol) => replay.symbols.indexOf(symbol));
  const take = ({ cols, values }: Matrix): Matrix => ({
    rows: dates.length,
    cols: symbols.length,
    values: Float64Array.from(
      dates.flatMap((date) =>
        columns.map((j) =>
          j < 0 ? Number.NaN : (values[(rowOf.get(date) ?? 0) * cols + j] ?? Number.NaN),
        ),
      ),
    ),
  });
  return {
    days,
    forecasts: take(replay.forecasts),
    outcomes: take(replay.outcomes),
    folds: new Int32Array(days.length),
  };
}
