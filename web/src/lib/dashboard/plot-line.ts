import type { PlottedSeries } from "@portfolio/gen/portfolio/training/v1/dashboard_service_pb.js";
import { dayNumber } from "../charts/series/series-axes.ts";
import { featureName } from "../models/feature-name.ts";

/** Figures of a version, at days or at numbers. */
export interface PlotLine {
  readonly version: number;
  /** Such as `Ridge, version 3`. */
  readonly label: string;
  /** Feature or kind of jobs that the line is of. Empty where it is of the version as a whole. */
  readonly detail: string;
  readonly isTime: boolean;
  /** Dates `YYYY-MM-DD`, or numbers as text. */
  readonly places: readonly string[];
  /** Days since 1970, or numbers; one for each place, ascending. */
  readonly positions: readonly number[];
  readonly values: readonly number[];
  /** Bounds of intervals. Empty where there are none. */
  readonly lowers: readonly number[];
  readonly uppers: readonly number[];
  readonly threshold: number | undefined;
}

/** Lines over the same places. A line has NaN where it has no point. */
export interface SharedPlaces {
  readonly isTime: boolean;
  readonly places: readonly string[];
  readonly positions: readonly number[];
  readonly lines: readonly {
    readonly line: PlotLine;
    readonly values: Float64Array;
    readonly lowers: Float64Array;
    readonly uppers: Float64Array;
  }[];
}

const SIGNIFICANT_DIGITS = 4;

export function plotLine(series: PlottedSeries): PlotLine {
  const { version, label, numbers, dates, values, lowers, uppers, threshold } = series;
  const detail = featureName(series.feature) || series.jobKind;
  const isTime = dates.length > 0;
  return {
    ...{ version, label, detail, isTime, values, lowers, uppers, threshold },
    places: isTime ? dates : numbers.map(numberText),
    positions: isTime ? dates.map(dayNumber) : numbers,
  };
}

/** Puts lines over all places that any of them has. */
export function sharedPlaces(lines: readonly PlotLine[]): SharedPlaces {
  const names = new Map(
    lines.flatMap(({ places, positions }) =>
      positions.map((position, k): [number, string] => [position, places[k] ?? ""]),
    ),
  );
  const positions = [...names.keys()].sort((a, b) => a - b);
  const indexOf = new Map(positions.map((position, k) => [position, k]));
  const spread = (line: PlotLine, values: readonly number[]) => {
    const all = new Float64Array(positions.length).fill(Number.NaN);
    for (const [k, position] of line.positions.entries()) {
      all[indexOf.get(position) ?? 0] = values[k] ?? Number.NaN;
    }
    return all;
  };
  return {
    isTime: lines.some(({ isTime }) => isTime),
    places: positions.map((position) => names.get(position) ?? ""),
    positions,
    lines: lines.map((line) => ({
      line,
      values: spread(line, line.values),
      lowers: spread(line, line.lowers),
      uppers: spread(line, line.uppers),
    })),
  };
}

function numberText(value: number): string {
  return String(Number(value.toPrecision(SIGNIFICANT_DIGITS)));
}
