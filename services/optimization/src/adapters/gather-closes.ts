import type { Client } from "@connectrpc/connect";
import type { PriceService } from "@portfolio/gen/portfolio/data/v1/price_service_pb.js";
import { AppError } from "@portfolio/platform/app-error";
import type { PriceSelection } from "../domain/portfolio-problem.ts";
import type { PriceTable } from "../ports.ts";

/** Calls under way at once. */
const BATCH = 8;

/** As many closes as the data service gives in a panel. */
const CLOSES_MAX = 5_000_000;

/**
 * Reads every close of each asset, and lines them up by day.
 *
 * @throws {AppError} `PANEL_TOO_LARGE`.
 */
export async function gatherCloses(
  client: Client<typeof PriceService>,
  symbols: readonly string[],
  { dataset, startDate, endDate }: PriceSelection,
  signal: AbortSignal,
): Promise<PriceTable> {
  const histories: Map<string, number>[] = [];
  for (let start = 0; start < symbols.length; start += BATCH) {
    const answers = await Promise.all(
      symbols
        .slice(start, start + BATCH)
        .map((symbol) => client.getPrices({ symbol, dataset, startDate, endDate }, { signal })),
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
