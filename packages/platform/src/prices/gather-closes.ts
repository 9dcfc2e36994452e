import type { Client } from "@connectrpc/connect";
import type { PriceService } from "@portfolio/gen/portfolio/data/v1/price_service_pb.js";
import { AppError } from "../app-error.ts";
import { translateDataError } from "./data-error.ts";
import type { PriceSelection, PriceTable } from "./price-history.ts";

/** Calls under way at once. */
const BATCH = 8;

/** As many closes as the data service gives in a panel. */
const CLOSES_MAX = 5_000_000;

/**
 * Reads every close of each asset, and lines them up by day.
 *
 * @throws {AppError} `PANEL_TOO_LARGE`, and those of the data service: a violation that is about
 *   symbol k has the field `symbols[k]`.
 */
export async function gatherCloses(
  client: Client<typeof PriceService>,
  symbols: readonly string[],
  { dataset, startDate, endDate }: PriceSelection,
  signal: AbortSignal,
): Promise<Omit<PriceTable, "dataset">> {
  const histories: Map<string, number>[] = [];
  for (let start = 0; start < symbols.length; start += BATCH) {
    const answers = await Promise.all(
      symbols.slice(start, start + BATCH).map((symbol, k) =>
        client
          .getPrices({ symbol, dataset, startDate, endDate }, { signal })
          .catch((error: unknown) => {
            throw aboutSymbol(translateDataError(error), start + k);
          }),
      ),
    );
    histories.push(
      ...answers.map(({ bars }) => new Map(bars.map(({ date, close }) => [date, close]))),
    );
  }
  const dates = [...new Set(histories.flatMap((history) => [...history.keys()]))].sort();
  if (dates.length * symbols.length > CLOSES_MAX) {
    throw new AppError(
      "resource-exhausted",
      "PANEL_TOO_LARGE",
      `${symbols.length} symbols on ${dates.length} days are over ${CLOSES_MAX} closes: ask for ` +
        "fewer symbols or days.",
    );
  }
  const values = Float64Array.from(
    dates.flatMap((date) => histories.map((history) => history.get(date) ?? Number.NaN)),
  );
  return { dates, closes: { rows: dates.length, cols: symbols.length, values } };
}

/** Lets what is about the one symbol of a call be about one of many. */
function aboutSymbol(error: unknown, k: number): unknown {
  if (!(error instanceof AppError)) {
    return error;
  }
  const { kind, reason, message, metadata } = error;
  const violations = error.violations.map(({ field, description }) => ({
    field: field.startsWith("symbol") ? `symbols[${k}]` : field,
    description,
  }));
  return new AppError(kind, reason, message, { violations, metadata, cause: error });
}
