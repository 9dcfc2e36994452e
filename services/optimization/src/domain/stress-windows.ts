import {
  factorBetas,
  historicalStress,
  type Matrix,
  STRESS_WINDOWS,
  type StressOutcome,
  type StressProxy,
  type StressWindow,
  simpleReturns,
} from "@portfolio/quant";
import { dayNumbers } from "./backtest-days.ts";
import type { NamedWindow } from "./stress-problem.ts";
import type { ProxyColumn, StressTask, WindowFigures } from "./stress-task.ts";

// A regression with an intercept needs three returns.
const RETURNS_MIN = 3;

type WindowsOutcome =
  | { readonly status: "solved"; readonly windows: readonly WindowFigures[] }
  | { readonly status: "proxy-constant"; readonly index: number };

/** A proxy whose beta is known, and what it was estimated from. */
interface FittedProxy extends StressProxy {
  readonly returnCount: number;
}

/** Moves a portfolio through the known windows of stress, and those of the caller. */
export function throughWindows(task: StressTask): WindowsOutcome {
  const fitted: (FittedProxy | undefined)[] = [];
  for (const [index, proxy] of (task.proxies ?? []).entries()) {
    const fit = proxy && fitProxy(task, index, proxy);
    if (fit === "constant") {
      return { status: "proxy-constant", index };
    }
    fitted.push(fit);
  }
  const outcomes = historicalStress(
    {
      weights: task.weights,
      days: dayNumbers(task.dates),
      closes: task.closes,
      proxies: task.proxies && fitted,
    },
    [...STRESS_WINDOWS, ...task.windows.map(ownWindow)],
  );
  return { status: "solved", windows: outcomes.map((outcome) => figures(outcome, fitted, task)) };
}

function figures(
  outcome: StressOutcome,
  fitted: readonly (FittedProxy | undefined)[],
  { spans }: StressTask,
): WindowFigures {
  if (outcome.status === "covered") {
    const proxies = Array.from(outcome.byProxy, (asset) => {
      const { beta = 1, returnCount = 0 } = fitted[asset] ?? {};
      return { asset, beta, returnCount };
    });
    return { outcome, proxies, missing: [] };
  }
  const all = Array.from(outcome.missing);
  const short = spans && all.filter((asset) => !reaches(spans[asset], outcome.window));
  return { outcome, proxies: [], missing: short === undefined || short.length === 0 ? all : short };
}

function reaches(
  span: { readonly startDate: string; readonly endDate: string } | undefined,
  window: StressWindow,
): boolean {
  const [first = 0, last = 0] = dayNumbers([span?.startDate ?? "", span?.endDate ?? ""]);
  return first <= window.startDay && last >= window.endDay;
}

function ownWindow({ name, startDate, endDate }: NamedWindow): StressWindow {
  const [startDay = 0, endDay = 0] = dayNumbers([startDate, endDate]);
  return { id: name, title: name, startDay, endDay, indexReturn: Number.NaN };
}

/** @returns Nothing when there are too few days to estimate beta from. */
function fitProxy(
  task: StressTask,
  asset: number,
  { column, beta }: ProxyColumn,
): FittedProxy | "constant" | undefined {
  if (beta !== undefined) {
    return { column, beta, returnCount: 0 };
  }
  const [own, other] = pairedCloses(task, asset, column);
  if (own.rows <= RETURNS_MIN) {
    return undefined;
  }
  const betas = factorBetas(simpleReturns(own), simpleReturns(other));
  return betas === undefined
    ? "constant"
    : { column, beta: betas.values[0] ?? 1, returnCount: own.rows - 1 };
}

/** Closes of two columns on the days of the period on which both have one. */
function pairedCloses(
  { dates, closes: { cols, values }, period }: StressTask,
  first: number,
  second: number,
): readonly [Matrix, Matrix] {
  const { startDate, endDate } = period;
  const rows = dates.flatMap((date, t) => {
    const isIn = date >= startDate && (endDate === "" || date <= endDate);
    const isBoth = !Number.isNaN(
      (values[t * cols + first] ?? 0) + (values[t * cols + second] ?? 0),
    );
    return isIn && isBoth ? [t] : [];
  });
  const column = (j: number): Matrix => ({
    rows: rows.length,
    cols: 1,
    values: Float64Array.from(rows, (t) => values[t * cols + j] ?? 0),
  });
  return [column(first), column(second)];
}
