import { AppError } from "@portfolio/platform/app-error";
import type { CovarianceMethod, RegressionFactorsMethod } from "../domain/covariance-method.ts";
import type { PriceSelection } from "../domain/portfolio-problem.ts";
import type { PriceHistory, PricePanel } from "../ports.ts";
import { columnsOf } from "./columns-of.ts";
import { readPanel } from "./read-panel.ts";

/** What estimates are made from. */
interface EstimationPrices {
  /** Closes of the assets alone. */
  readonly panel: PricePanel;
  /** The method of the request, with the prices that it needs beside the panel. */
  readonly covariance: CovarianceMethod;
}

interface EstimationRequest {
  readonly symbols: readonly string[];
  readonly prices: PriceSelection;
  readonly covariance: CovarianceMethod;
}

/**
 * Reads the prices of the assets, and those that the covariance needs beside them: of factors, on
 * the same days, or of every day that an asset has.
 *
 * @throws {AppError} Those of `readPanel` and of `PriceHistory.allCloses`. The violation of an
 *   unknown factor k has the field `covariance.factor_model.factor_symbols[k]`.
 */
export async function readEstimationPrices(
  history: PriceHistory,
  request: EstimationRequest,
  signal: AbortSignal,
): Promise<EstimationPrices> {
  const { symbols, prices, covariance } = request;
  if (covariance.kind === "regression-factors") {
    return withFactors(history, { symbols, prices, covariance }, signal);
  }
  const panel = await readPanel(history, request, signal);
  if (covariance.kind !== "unequal-histories") {
    return { panel, covariance };
  }
  const selection = { ...prices, dataset: panel.dataset };
  const allCloses = await history.allCloses(symbols, selection, signal);
  return { panel, covariance: { ...covariance, allCloses } };
}

async function withFactors(
  history: PriceHistory,
  request: EstimationRequest & { readonly covariance: RegressionFactorsMethod },
  signal: AbortSignal,
): Promise<EstimationPrices> {
  const { symbols, prices, covariance } = request;
  const { factorSymbols } = covariance;
  const others = factorSymbols.filter((symbol) => !symbols.includes(symbol));
  const all = [...symbols, ...others];
  const panel = await readPanel(history, { symbols: all, prices }, signal).catch(
    (error: unknown) => {
      throw namingFactors(error, symbols.length, others, factorSymbols);
    },
  );
  const factorColumns = factorSymbols.map((symbol) => all.indexOf(symbol));
  const assetColumns = symbols.map((_, j) => j);
  return {
    panel: { ...panel, symbols, closes: columnsOf(panel.closes, assetColumns) },
    covariance: { ...covariance, factorCloses: columnsOf(panel.closes, factorColumns) },
  };
}

/** Lets violations of `symbols[k]` beyond the assets point at the factors. */
function namingFactors(
  error: unknown,
  assetCount: number,
  others: readonly string[],
  factorSymbols: readonly string[],
): unknown {
  if (!(error instanceof AppError)) {
    return error;
  }
  const violations = error.violations.map(({ field, description }) => {
    const index = Number(/^symbols\[(\d+)\]$/.exec(field)?.[1] ?? Number.NaN) - assetCount;
    const factor = factorSymbols.indexOf(others[index] ?? "");
    return factor < 0
      ? { field, description }
      : { field: `covariance.factor_model.factor_symbols[${factor}]`, description };
  });
  const { kind, reason, message, metadata } = error;
  return new AppError(kind, reason, message, { violations, metadata, cause: error });
}
