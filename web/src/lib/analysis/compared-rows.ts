import { formatCount, formatPercent, formatRatio } from "../format.ts";
import { holdingCount } from "../optimize/chosen-portfolio.ts";
import type { Compared } from "./compared.ts";
import { figuresOf } from "./series-statistics.ts";

export type ComparedFigure =
  | "totalReturn"
  | "compoundReturn"
  | "volatility"
  | "sharpe"
  | "maximumDrawdown"
  | "worstDay"
  | "hitRate"
  | "holdings";

/** One figure of everything that is compared, formatted. */
export interface ComparedRow {
  readonly figure: ComparedFigure;
  readonly cells: readonly string[];
  /** Whether the cells differ as they are shown. */
  readonly differs: boolean;
}

/**
 * Figures over the common days.
 *
 * @param values - One series per entry of `all`, on the same days.
 */
export function comparedRows(
  all: readonly Compared[],
  values: readonly Float64Array[],
): readonly ComparedRow[] {
  const figures = values.map(figuresOf);
  const percents = [
    "totalReturn",
    "compoundReturn",
    "volatility",
    "maximumDrawdown",
    "worstDay",
    "hitRate",
  ] as const;
  const counts = all.map(({ positions }) => holdingCount(positions.map(({ weight }) => weight)));
  const rows: [ComparedFigure, readonly string[]][] = [
    ...percents.map((name): [ComparedFigure, readonly string[]] => [
      name,
      figures.map((each) => formatPercent(each[name])),
    ]),
    ["holdings", counts.map(formatCount)],
  ];
  rows.splice(3, 0, ["sharpe", figures.map(({ sharpe }) => formatRatio(sharpe))]);
  return rows.map(([figure, cells]) => ({ figure, cells, differs: new Set(cells).size > 1 }));
}

/** Weights by symbol, those that differ most first. */
export function weightRows(
  all: readonly Compared[],
): readonly { readonly label: string; readonly values: readonly number[] }[] {
  const symbols = new Set(all.flatMap(({ positions }) => positions.map(({ symbol }) => symbol)));
  const weights = all.map(
    ({ positions }) => new Map(positions.map(({ symbol, weight }) => [symbol, weight])),
  );
  return [...symbols]
    .map((label) => ({ label, values: weights.map((held) => held.get(label) ?? 0) }))
    .sort((first, second) => spread(second.values) - spread(first.values));
}

/** Largest less smallest. */
export function spread(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}
