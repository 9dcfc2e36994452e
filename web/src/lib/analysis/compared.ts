import { call } from "../api/call.ts";
import { type BacktestReport, backtestReport, seriesValues } from "./backtest-report.ts";
import { type HeldPosition, holdingsFields, holdingsOfSaved } from "./holdings.ts";

/** Letters of the entries that an address compares. */
export const SLOTS = ["a", "b", "c", "d"] as const;

/** What is compared: a portfolio, or a strategy of a backtest. */
export interface Compared {
  readonly name: string;
  readonly dates: readonly string[];
  /** One per date. */
  readonly values: Float64Array;
  readonly positions: readonly HeldPosition[];
}

/** Something that can be compared, by its name in the address. */
export interface ComparedOption {
  readonly key: string;
  readonly label: string;
}

const BACKTEST = /^backtest:(?<id>[^:]+):(?<strategy>\d+)$/u;

/** Lists the saved portfolios and the strategies of finished backtests. */
export function optionsQuery(labelOf: (strategy: string, backtest: string) => string) {
  return {
    queryKey: ["compared", "options"],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      call(async (clients): Promise<readonly ComparedOption[]> => {
        const [saved, tested] = await Promise.all([
          clients.portfolio.listPortfolios({ pageSize: 100 }, { signal }),
          clients.backtest.listBacktests({ pageSize: 20 }, { signal }),
        ]);
        return [
          ...saved.portfolios.map(({ id, name }) => ({ key: `portfolio:${id}`, label: name })),
          ...tested.backtests
            .filter(({ job }) => job?.resultReference !== "")
            .flatMap(({ id, name, spec }) =>
              (spec?.strategies ?? []).map((strategy, k) => ({
                key: `backtest:${id}:${k}`,
                label: labelOf(strategy.name, name),
              })),
            ),
        ];
      }),
    staleTime: 0,
  };
}

/** Asks for the history of everything that an address compares. Empty keys are left out. */
export function comparedQuery(keys: readonly string[]) {
  return {
    queryKey: ["compared", keys],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      Promise.all(
        keys.map((key) => (BACKTEST.test(key) ? readTest(key, signal) : readSaved(key, signal))),
      ),
    enabled: keys.length > 1,
  };
}

/** Cuts histories to the days that all of them share. Undefined when that leaves fewer than two. */
export function onCommonDays(
  all: readonly Compared[],
): { readonly dates: readonly string[]; readonly values: readonly Float64Array[] } | undefined {
  const [first, ...others] = all.map(
    ({ dates, values }) => new Map(dates.map((date, i) => [date, values[i] ?? Number.NaN])),
  );
  const dates = [...(first?.keys() ?? [])].filter((date) => others.every((days) => days.has(date)));
  return first === undefined || dates.length < 2
    ? undefined
    : {
        dates,
        values: [first, ...others].map((days) =>
          Float64Array.from(dates, (date) => days.get(date) ?? Number.NaN),
        ),
      };
}

function readSaved(key: string, signal: AbortSignal): Promise<Compared> {
  return call(async (clients) => {
    const id = key.replace(/^portfolio:/u, "");
    const { portfolio } = await clients.portfolio.getPortfolio({ id }, { signal });
    if (portfolio === undefined) {
      return { name: id, dates: [], values: new Float64Array(), positions: [] };
    }
    const holdings = holdingsOfSaved(portfolio);
    const { growth } = await clients.optimization.analyzePortfolio(
      { ...holdingsFields(holdings), includeGrowth: true },
      { signal },
    );
    return {
      name: holdings.name,
      dates: growth?.dates ?? [],
      values: seriesValues(growth),
      positions: holdings.positions,
    };
  });
}

function readTest(key: string, signal: AbortSignal): Promise<Compared> {
  return call(async (clients) => {
    const { id = "", strategy = "0" } = BACKTEST.exec(key)?.groups ?? {};
    const { backtest, result } = await clients.backtest.getBacktest({ id }, { signal });
    const report = result && backtestReport(result);
    const tested = report?.strategies[Number(strategy)];
    return {
      name: `${tested?.name ?? id} (${backtest?.name || backtest?.createTime.slice(0, 10)})`,
      dates: tested?.dates ?? [],
      values: tested?.values ?? new Float64Array(),
      positions: report && tested ? lastPositions(report, tested.weights.at(-1) ?? []) : [],
    };
  });
}

function lastPositions({ symbols }: BacktestReport, weights: readonly number[]): HeldPosition[] {
  return symbols
    .map((symbol, k) => ({ symbol, weight: weights[k] ?? 0 }))
    .filter(({ weight }) => weight !== 0);
}
