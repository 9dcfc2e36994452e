import { AppError } from "@portfolio/platform/app-error";
import type { PriceHistory, PricePanel } from "@portfolio/platform/prices/price-history";
import type { Matrix } from "@portfolio/quant";
import type { CovarianceMethod } from "../domain/covariance-method.ts";
import type { PriceSelection } from "../domain/portfolio-problem.ts";
import type { ViewsMethod } from "../domain/views-method.ts";
import { columnsOf } from "./columns-of.ts";
import { readPanel } from "./read-panel.ts";

/** What estimates are made from. */
interface EstimationPrices {
  /** Closes of the assets alone. */
  readonly panel: PricePanel;
  /** The method of the request, with the prices that it needs beside the panel. */
  readonly covariance: CovarianceMethod;
  /** As `covariance`. */
  readonly views: ViewsMethod | undefined;
  /** Closes of the factors of the request on the same days; missing where there are none. */
  readonly factorCloses: Matrix | undefined;
}

interface EstimationRequest {
  readonly symbols: readonly string[];
  readonly prices: PriceSelection;
  readonly covariance: CovarianceMethod;
  readonly views?: ViewsMethod | undefined;
  /** Symbols whose prices are wanted beside those that estimates need. */
  readonly factorSymbols?: readonly string[];
}

/** Symbols that are read beside the assets, and where each was written. */
interface FactorList {
  readonly symbols: readonly string[];
  readonly fields: readonly string[];
}

/**
 * Reads the prices of the assets, and those that the covariance and the views need beside them: of
 * factors, on the same days, or of every day that an asset has.
 *
 * @throws {AppError} Those of `readPanel` and of `PriceHistory.allCloses`. The violation of an
 *   unknown factor k has the field `covariance.factor_model.factor_symbols[k]`,
 *   `expected_returns.views.black_litterman.factors[k].symbol` or `factor_symbols[k]`.
 */
export async function readEstimationPrices(
  history: PriceHistory,
  request: EstimationRequest,
  signal: AbortSignal,
): Promise<EstimationPrices> {
  const { symbols, prices } = request;
  const factors = factorsOf(request);
  const others = new Set(factors.symbols.filter((symbol) => !symbols.includes(symbol)));
  const all = [...symbols, ...others];
  const panel = await readPanel(history, { symbols: all, prices }, signal).catch(
    (error: unknown) => {
      throw namingFactors(error, symbols.length, all, factors);
    },
  );
  const closesOf = (columns: readonly string[]) =>
    columnsOf(
      panel.closes,
      columns.map((symbol) => all.indexOf(symbol)),
    );
  return {
    panel: others.size === 0 ? panel : { ...panel, symbols, closes: closesOf(symbols) },
    covariance: await covarianceWithPrices(history, request, panel, closesOf, signal),
    views: viewsWithPrices(request.views, closesOf),
    factorCloses: request.factorSymbols?.length ? closesOf(request.factorSymbols) : undefined,
  };
}

async function covarianceWithPrices(
  history: PriceHistory,
  { symbols, prices, covariance }: EstimationRequest,
  { dataset }: PricePanel,
  closesOf: (symbols: readonly string[]) => Matrix,
  signal: AbortSignal,
): Promise<CovarianceMethod> {
  if (covariance.kind === "regression-factors") {
    return { ...covariance, factorCloses: closesOf(covariance.factorSymbols) };
  }
  if (covariance.kind === "unequal-histories") {
    const { closes } = await history.allCloses(symbols, { ...prices, dataset }, signal);
    return { ...covariance, allCloses: closes };
  }
  return covariance;
}

function viewsWithPrices(
  views: ViewsMethod | undefined,
  closesOf: (symbols: readonly string[]) => Matrix,
): ViewsMethod | undefined {
  if (views?.kind !== "black-litterman" || views.factors === undefined) {
    return views;
  }
  const { factors } = views;
  return { ...views, factors: { ...factors, closes: closesOf(factors.symbols) } };
}

function factorsOf({ covariance, views, factorSymbols = [] }: EstimationRequest): FactorList {
  const ofCovariance = covariance.kind === "regression-factors" ? covariance.factorSymbols : [];
  const ofViews = views?.kind === "black-litterman" ? (views.factors?.symbols ?? []) : [];
  return {
    symbols: [...ofCovariance, ...ofViews, ...factorSymbols],
    fields: [
      ...ofCovariance.map((_, k) => `covariance.factor_model.factor_symbols[${k}]`),
      ...ofViews.map((_, k) => `expected_returns.views.black_litterman.factors[${k}].symbol`),
      ...factorSymbols.map((_, k) => `factor_symbols[${k}]`),
    ],
  };
}

/** Lets violations of `symbols[k]` beyond the assets point at the factors. */
function namingFactors(
  error: unknown,
  assetCount: number,
  all: readonly string[],
  factors: FactorList,
): unknown {
  if (!(error instanceof AppError)) {
    return error;
  }
  const violations = error.violations.map(({ field, description }) => {
    const index = Number(/^symbols\[(\d+)\]$/.exec(field)?.[1] ?? -1);
    const factor = index < assetCount ? -1 : factors.symbols.indexOf(all[index] ?? "");
    return { field: factors.fields[factor] ?? field, description };
  });
  const { kind, reason, message, metadata } = error;
  return new AppError(kind, reason, message, { violations, metadata, cause: error });
}
