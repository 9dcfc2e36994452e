import { AppError } from "@portfolio/platform/app-error";
import type { PriceHistory, PricePanel } from "@portfolio/platform/prices/price-history";
import type { PriceSelection } from "../domain/portfolio-problem.ts";
import type {
  ConditionalScenarioProblem,
  NamedProxy,
  NamedShock,
  StressProblem,
} from "../domain/stress-problem.ts";
import type {
  ConditionalScenarioTask,
  FactorShockTask,
  StressTask,
} from "../domain/stress-task.ts";
import { columnsOf } from "./columns-of.ts";
import { readPanel } from "./read-panel.ts";

type WindowPrices = Pick<StressTask, "dates" | "closes" | "proxies" | "spans">;

/** Positions, and a period of prices of one revision. */
interface PriceRequest {
  readonly symbols: readonly string[];
  readonly prices: PriceSelection;
}

/**
 * Reads what windows are looked up in: with proxies every close, else the days that are shared.
 *
 * @param panel - The days that the positions share, of all prices.
 * @throws {AppError} Those of `PriceHistory.allCloses`. The violation of an unknown proxy has the
 *   field where it was written.
 */
export async function readWindowPrices(
  history: PriceHistory,
  panel: PricePanel,
  proxies: StressProblem["proxies"],
  signal: AbortSignal,
): Promise<WindowPrices> {
  const { symbols, dates, closes, dataset } = panel;
  if (proxies.size === 0) {
    return { dates, closes, proxies: undefined, spans: spansOf(panel) };
  }
  const stands = [...proxies.values()];
  const others = [...new Set(stands.map(({ symbol }) => symbol))];
  // Says which proxy is unknown, which reading closes one by one does not.
  await history.lastCloses(others, dataset, signal).catch((error: unknown) => {
    throw withFields(error, others, (symbol) => fieldOfProxy(stands, symbol));
  });
  const all = [...new Set([...symbols, ...others])];
  const table = await history.allCloses(all, { dataset, startDate: "", endDate: "" }, signal);
  return {
    ...table,
    proxies: symbols.map((symbol) => {
      const proxy = proxies.get(symbol);
      return proxy && { column: all.indexOf(proxy.symbol), beta: proxy.beta };
    }),
    spans: undefined,
  };
}

function fieldOfProxy(stands: readonly NamedProxy[], symbol: string): string {
  return stands.find((proxy) => proxy.symbol === symbol)?.field ?? "proxies";
}

/** An asset that lost no day has exactly the shared days. */
function spansOf({ symbols, dates, dropped }: PricePanel): StressTask["spans"] {
  const own = new Map(dropped.map((each) => [each.symbol, each]));
  return symbols.map((symbol) => ({
    startDate: own.get(symbol)?.startDate ?? dates[0] ?? "",
    endDate: own.get(symbol)?.endDate ?? dates.at(-1) ?? "",
  }));
}

/**
 * Reads the prices of positions and factors on the days that all share.
 *
 * @throws {AppError} Those of `readPanel`. The violation of a factor has the field
 *   `factor_shocks[k].returns["SYMBOL"]`.
 */
export async function readFactorShock(
  history: PriceHistory,
  request: PriceRequest,
  { shock, k }: { readonly shock: NamedShock; readonly k: number },
  signal: AbortSignal,
): Promise<FactorShockTask> {
  const factorSymbols = [...shock.returns.keys()];
  const { closes, columnOf } = await readBeside(history, request, factorSymbols, {
    fieldOf: (symbol) => `factor_shocks[${k}].returns[${JSON.stringify(symbol)}]`,
    signal,
  });
  return {
    name: shock.name,
    factorSymbols,
    shocks: Float64Array.from(shock.returns.values()),
    closes: columnsOf(closes, request.symbols.map(columnOf)),
    factorCloses: columnsOf(closes, factorSymbols.map(columnOf)),
  };
}

/**
 * Reads the prices of positions and of the asset of a scenario on the days that all share.
 *
 * @throws {AppError} Those of `readPanel`. The violation of the asset has the field
 *   `conditional_scenarios[k].symbol`.
 */
export async function readConditionalScenario(
  history: PriceHistory,
  request: PriceRequest,
  { scenario, k }: { readonly scenario: ConditionalScenarioProblem; readonly k: number },
  signal: AbortSignal,
): Promise<ConditionalScenarioTask> {
  const { symbol, ...rest } = scenario;
  const { closes, columnOf } = await readBeside(history, request, [symbol], {
    fieldOf: () => `conditional_scenarios[${k}].symbol`,
    signal,
  });
  return { ...rest, closes, shockedColumn: columnOf(symbol) };
}

async function readBeside(
  history: PriceHistory,
  { symbols, prices }: PriceRequest,
  others: readonly string[],
  options: { readonly fieldOf: (symbol: string) => string; readonly signal: AbortSignal },
) {
  const all = [...new Set([...symbols, ...others])];
  const panel = await readPanel(history, { symbols: all, prices }, options.signal).catch(
    (error: unknown) => {
      throw withFields(error, all, options.fieldOf);
    },
  );
  return { closes: panel.closes, columnOf: (symbol: string) => all.indexOf(symbol) };
}

/** Lets violations of `symbols[k]` point at where the symbol was written. */
function withFields(
  error: unknown,
  symbols: readonly string[],
  fieldOf: (symbol: string) => string,
): unknown {
  if (!(error instanceof AppError)) {
    return error;
  }
  const violations = error.violations.map(({ field, description }) => {
    const symbol = symbols[Number(/^symbols\[(\d+)\]$/.exec(field)?.[1] ?? -1)];
    return { field: symbol === undefined ? field : fieldOf(symbol), description };
  });
  const { kind, reason, message, metadata } = error;
  return new AppError(kind, reason, message, { violations, metadata, cause: error });
}
