import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { InstrumentService } from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import {
  type GetPanelRequest,
  type GetPricesRequest,
  PriceService,
} from "@portfolio/gen/portfolio/data/v1/price_service_pb.js";
import { AppError } from "../app-error.ts";
import type { Registration } from "../rpc/registration.ts";

const SAMPLE_FILE = join(import.meta.dirname, "../../../../data/sample.csv.gz");

/** Closes by symbol, each a map from day to price. */
export type Closes = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Reads the bundled sample. */
export function readSampleCloses(): Closes {
  const [header = "", ...lines] = gunzipSync(readFileSync(SAMPLE_FILE))
    .toString("utf8")
    .trimEnd()
    .split("\n");
  const symbols = header.split(",").slice(1);
  const rows = lines.map((line) => line.split(","));
  return new Map(
    symbols.map((symbol, j) => [
      symbol,
      new Map(
        rows
          .filter((cells) => cells[j + 1] !== "")
          .map((cells) => [cells[0] ?? "", Number(cells[j + 1])]),
      ),
    ]),
  );
}

/** What a stand-in for the data service was asked. */
export interface DataCalls {
  panels: number;
}

/**
 * Stands in for the data service, whose contract it keeps as far as `GrpcPriceHistory` uses it: one
 * dataset `sample` at revision 3, whatever prices the test likes.
 */
export function dataRegistrations(
  closes: Closes,
  calls: DataCalls = { panels: 0 },
): Registration[] {
  const registrations = [
    {
      service: PriceService,
      implementation: {
        listDatasets: async () => ({ datasets: [{ id: "sample", revision: 3 }] }),
        getPanel: async (request: GetPanelRequest) => {
          calls.panels += 1;
          return panel(closes, request);
        },
        getPrices: async ({ symbol, startDate, endDate }: GetPricesRequest) => ({
          bars: [...(requireSymbols(closes, [symbol])[0] ?? [])]
            .filter(([day]) => day >= startDate && (endDate === "" || day <= endDate))
            .map(([date, close]) => ({ date, close })),
        }),
      },
    },
    {
      service: InstrumentService,
      implementation: {
        // Two instruments a page, so that a test meets several pages.
        listInstruments: async ({ pageToken }: { pageToken: string }) => {
          const start = Number(pageToken);
          const page = [...closes].slice(start, start + 2);
          const isLast = start + 2 >= closes.size;
          return {
            instruments: page.map(([symbol, history]) => instrument(symbol, history)),
            nextPageToken: isLast ? "" : String(start + 2),
          };
        },
      },
    },
  ];
  return registrations as unknown as Registration[];
}

function instrument(symbol: string, history: ReadonlyMap<string, number>) {
  const [date, lastClose] = [...history].at(-1) ?? ["", 0];
  const currency = symbol.endsWith(".L") ? "GBP" : "USD";
  return { symbol, lastClose, currency, available: { endDate: date } };
}

function panel(closes: Closes, { symbols, startDate, endDate, dataset }: GetPanelRequest) {
  if (dataset?.id !== "sample") {
    throw new AppError("not-found", "DATASET_UNKNOWN", `There is no dataset ${dataset?.id}.`, {
      violations: [{ field: "dataset.id", description: "is not a dataset" }],
    });
  }
  if (dataset.revision > 3) {
    throw new AppError("not-found", "REVISION_UNKNOWN", "Dataset sample ends at revision 3.", {
      violations: [{ field: "dataset.revision", description: "is more than 3" }],
    });
  }
  const inPeriod = (day: string) => day >= startDate && (endDate === "" || day <= endDate);
  const histories = requireSymbols(closes, symbols);
  const days = histories.map((history) => [...history.keys()].filter(inPeriod));
  const dates = (days[0] ?? []).filter((day) => histories.every((history) => history.has(day)));
  if (dates.length === 0) {
    throw new AppError("failed-precondition", "HISTORY_TOO_SHORT", "They share no day.");
  }
  const values = Float64Array.from(
    dates.flatMap((day) => histories.map((history) => history.get(day) ?? 0)),
  );
  const f64Le = new Uint8Array(values.buffer);
  return {
    symbols,
    dates,
    closes: { rows: dates.length, cols: symbols.length, f64Le },
    dataset: { id: "sample", revision: 3 },
    contentHash: createHash("sha256").update(f64Le).digest("hex"),
    droppedHistories: symbols
      .map((symbol, j) => ({
        symbol,
        available: { startDate: days[j]?.[0] ?? "", endDate: days[j]?.at(-1) ?? "" },
        droppedCount: (days[j]?.length ?? 0) - dates.length,
      }))
      .filter(({ droppedCount }) => droppedCount > 0),
  };
}

function requireSymbols(closes: Closes, symbols: readonly string[]) {
  const unknown = [...symbols.entries()].filter(([, symbol]) => !closes.has(symbol));
  if (unknown.length > 0) {
    throw new AppError("not-found", "SYMBOL_UNKNOWN", "Dataset sample lacks some symbols.", {
      violations: unknown.map(([k, symbol]) => ({
        field: `symbols[${k}]`,
        description: `"${symbol}" is not in dataset sample`,
      })),
    });
  }
  return symbols.map((symbol) => closes.get(symbol) ?? new Map<string, number>());
}

/** Makes closes of equal length on successive days of 2020. */
export function closesOf(series: Readonly<Record<string, readonly number[]>>): Closes {
  return new Map(
    Object.entries(series).map(([symbol, prices]) => [
      symbol,
      new Map(prices.map((price, t) => [dayOf(t), price])),
    ]),
  );
}

/** Day t, counted from 2020-01-01. */
export function dayOf(t: number): string {
  return new Date(Date.UTC(2020, 0, 1 + t)).toISOString().slice(0, 10);
}
