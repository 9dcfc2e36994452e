import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { InstrumentService } from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import type { PriceService } from "@portfolio/gen/portfolio/data/v1/price_service_pb.js";
import { mockError } from "./mock-error.ts";
import { type MockStore, parsePrices, pricesOf, type SamplePrices } from "./sample-prices.ts";

/** Finds the instruments of a dataset. */
export function mockInstrumentService(
  store: MockStore,
): Pick<ServiceImpl<typeof InstrumentService>, "listInstruments" | "searchInstruments"> {
  return {
    listInstruments: ({ dataset }) => ({ instruments: instrumentsOf(pricesOf(store, dataset)) }),
    searchInstruments({ query, dataset }) {
      const text = query.toUpperCase();
      return {
        instruments: instrumentsOf(pricesOf(store, dataset)).filter(
          ({ symbol, name }) => symbol.includes(text) || name.toUpperCase().includes(text),
        ),
      };
    },
  };
}

function instrumentsOf(prices: SamplePrices) {
  return prices.instruments.map(({ symbol, name }) => {
    const closes = prices.closes.get(symbol) ?? new Float64Array();
    return {
      symbol,
      name,
      currency: "USD",
      available: {
        startDate: prices.dates[closes.findIndex((close) => !Number.isNaN(close))] ?? "",
        endDate: prices.dates.at(-1) ?? "",
      },
      lastClose: closes.at(-1) ?? 0,
    };
  });
}

/** Lists the sample, and takes files whose every line has as many cells as the first. */
export function mockPriceService(
  store: MockStore,
): Pick<ServiceImpl<typeof PriceService>, "listDatasets" | "importPrices"> {
  return {
    listDatasets: () => ({
      datasets: [...store].map(([id, { dates }]) => ({
        id,
        revision: 1,
        title: id === "sample" ? "US stocks and factor ETFs, 1990–2022" : id,
        available: { startDate: dates[0] ?? "", endDate: dates.at(-1) ?? "" },
        readOnly: id === "sample",
      })),
    }),
    importPrices({ source, datasetId, validateOnly, partial }) {
      const text = source.case === "csvBytes" ? new TextDecoder().decode(source.value) : "";
      const [header = "", ...lines] = text.trim().split(/\r?\n/u);
      const names = header.split(",");
      if (names[0] !== "date") {
        throw mockError(
          Code.InvalidArgument,
          "CSV_HEADER_INVALID",
          "The first column must be date.",
        );
      }
      const problems = findProblems(names, lines);
      if (problems.length > 0 && !(validateOnly || partial)) {
        throw mockError(Code.InvalidArgument, "CSV_INVALID", "The file has bad cells.");
      }
      if (!validateOnly) {
        store.set(datasetId, parsePrices(text));
      }
      return {
        dataset: { id: datasetId, revision: 1 },
        rowCount: lines.length,
        insertedCount: validateOnly ? 0 : lines.length * (names.length - 1) - problems.length,
        symbols: names.slice(1),
        problems,
        problemCount: problems.length,
      };
    },
  };
}

function findProblems(names: readonly string[], lines: readonly string[]) {
  return lines.flatMap((line, i) =>
    line.split(",").flatMap((cell, column) =>
      column > 0 && !(Number(cell) > 0)
        ? [
            {
              line: i + 2,
              column: column + 1,
              columnName: names[column] ?? "",
              reason: "PRICE_INVALID",
              description: `“${cell}” is not a price.`,
            },
          ]
        : [],
    ),
  );
}
