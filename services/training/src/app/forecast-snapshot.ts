import { createHash } from "node:crypto";
import { AppError } from "@portfolio/platform/app-error";
import type { PriceTable } from "@portfolio/platform/prices/price-history";
import type { ForecastPrices } from "../domain/forecaster.ts";
import type { DatasetReference } from "../domain/training-spec.ts";
import type { ForecastPriceHistory } from "../ports.ts";

/** Prices up to the day that is forecast from, and what names them. */
export interface ForecastSnapshot extends ForecastPrices {
  /** SHA-256 of symbols, dates and closes, in lower-case hexadecimal. */
  readonly hash: string;
}

/** Which prices to read. */
export interface SnapshotRequest {
  readonly symbols: readonly string[];
  /** The revision is not 0. */
  readonly dataset: DatasetReference;
  /** Last day `YYYY-MM-DD`; empty means the newest. */
  readonly asOfDate: string;
  /** Trading days to read, up to the last. */
  readonly dayCount: number;
}

const DAY_MS = 86_400_000;
/** Calendar days for so many trading days, with room for holidays. */
const DAYS_PER_TRADING_DAY = 1.5;
const HOLIDAYS = 20;

/**
 * Reads the closes of all assets up to a day.
 *
 * @throws {AppError} `HISTORY_TOO_SHORT`: there is no price up to the day. Those of `PriceHistory`.
 */
export async function readSnapshot(
  prices: ForecastPriceHistory,
  request: SnapshotRequest,
  signal: AbortSignal,
): Promise<ForecastSnapshot> {
  const { symbols, dataset, dayCount } = request;
  const endDate = request.asOfDate || (await newestDate(prices, request, signal));
  const startDate = dateBefore(endDate, dayCount);
  const { dates, closes } = await closesBetween(
    prices,
    symbols,
    { dataset, startDate, endDate },
    signal,
  );
  if (dates.length === 0) {
    throw new AppError(
      "failed-precondition",
      "HISTORY_TOO_SHORT",
      `There are no prices from ${startDate} to ${endDate}.`,
      { violations: [{ field: "as_of_date", description: "has no prices before it" }] },
    );
  }
  return { symbols, dates, closes, hash: snapshotHash(symbols, dates, closes.values) };
}

/**
 * Reads all closes of a period. Where all assets have the same days, one question will do.
 *
 * @throws {AppError} Those of `PriceHistory`.
 */
export async function closesBetween(
  prices: ForecastPriceHistory,
  symbols: readonly string[],
  selection: Parameters<ForecastPriceHistory["panel"]>[1],
  signal: AbortSignal,
): Promise<Pick<PriceTable, "dates" | "closes">> {
  const shared = await prices.panel(symbols, selection, signal).catch((error: unknown) => {
    if (error instanceof AppError && error.reason === "HISTORY_TOO_SHORT") return undefined;
    throw error;
  });
  return shared !== undefined && shared.dropped.length === 0
    ? shared
    : await prices.allCloses(symbols, selection, signal);
}

/** A date `YYYY-MM-DD` that is so many trading days or a few more before another. */
export function dateBefore(date: string, dayCount: number): string {
  const spanMs = (Math.ceil(dayCount * DAYS_PER_TRADING_DAY) + HOLIDAYS) * DAY_MS;
  return new Date(Date.parse(date) - spanMs).toISOString().slice(0, 10);
}

async function newestDate(
  prices: ForecastPriceHistory,
  { symbols, dataset }: SnapshotRequest,
  signal: AbortSignal,
): Promise<string> {
  const closes = await prices.lastCloses(symbols, dataset, signal);
  return (
    closes
      .map(({ date }) => date)
      .sort()
      .at(-1) ?? ""
  );
}

function snapshotHash(
  symbols: readonly string[],
  dates: readonly string[],
  closes: Float64Array,
): string {
  const hash = createHash("sha256").update(JSON.stringify([symbols, dates]));
  return hash
    .update(new Uint8Array(closes.buffer, closes.byteOffset, closes.byteLength))
    .digest("hex");
}
