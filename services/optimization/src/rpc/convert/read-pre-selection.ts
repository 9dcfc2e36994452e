import type { BacktestSpec } from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import {
  type NonExpiringSelection,
  SelectionFigure,
  type PreSelection as WirePreSelection,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_strategy_pb.js";
import { dayNumbers } from "../../domain/backtest-days.ts";
import type { PreSelection } from "../../domain/backtest-strategy.ts";
import { entryPath, readVector } from "./read-by-symbol.ts";
import { checkNumbers } from "./read-numbers.ts";
import { checkDateRange } from "./read-prices.ts";
import { readRequestSymbols } from "./read-symbols.ts";
import { refuse } from "./refuse.ts";

const FIGURES = {
  [SelectionFigure.MEAN]: "mean",
  [SelectionFigure.VOLATILITY]: "volatility",
  [SelectionFigure.SHARPE]: "sharpe",
} as const;

/** Reads what is left out before weights are chosen. @throws {AppError} Names every field at fault. */
export function readPreSelection(
  { rule }: WirePreSelection,
  spec: BacktestSpec,
  field: string,
): PreSelection {
  switch (rule.case) {
    case "correlation": {
      const { threshold, absolute } = rule.value;
      checkNumbers([
        { field: `${field}.correlation.threshold`, value: threshold, min: -1, max: 1 },
      ]);
      return { kind: "correlation", threshold, isAbsolute: absolute };
    }
    case "extreme": {
      const { count, figure, lowest } = rule.value;
      return {
        kind: "extreme",
        count,
        figure: FIGURES[figure as keyof typeof FIGURES],
        isLowest: lowest,
      };
    }
    case "nonDominated":
      return { kind: "non-dominated", countMin: rule.value.countMin };
    case "nonExpiring":
      return readNonExpiring(rule.value, spec, `${field}.non_expiring`);
    case undefined:
      return refuse("REQUEST_INVALID", field, "say what is left out");
  }
}

// Days from 1970-01-01 to beyond the year 9999.
const DAYS_MAX = 3e6;

function readNonExpiring(
  { expirationDates, lookaheadDays }: NonExpiringSelection,
  spec: BacktestSpec,
  field: string,
): PreSelection {
  if (spec.validation.case !== "walkForward") {
    refuse("REQUEST_INVALID", field, "it needs validation by walk_forward");
  }
  const list = readRequestSymbols(spec.symbols, false);
  const map = `${field}.expiration_dates`;
  for (const [symbol, date] of Object.entries(expirationDates)) {
    const at = { field: entryPath(map, symbol), date };
    checkDateRange(at, { ...at, date: "" });
    if (date === "") {
      refuse("DATE_INVALID", at.field, "give a day of the calendar written as YYYY-MM-DD");
    }
  }
  const days = dayNumbers(Object.values(expirationDates));
  const written = Object.fromEntries(
    Object.keys(expirationDates).map((symbol, k) => [symbol, days[k] ?? 0]),
  );
  const ever = { field: map, min: -DAYS_MAX, max: DAYS_MAX };
  const expirationDays = readVector(written, list, ever, Number.POSITIVE_INFINITY);
  return { kind: "non-expiring", expirationDays, lookaheadDays };
}
