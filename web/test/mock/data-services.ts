import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { InstrumentService } from "@portfolio/gen/portfolio/data/v1/instrument_service_pb.js";
import type { PriceService } from "@portfolio/gen/portfolio/data/v1/price_service_pb.js";
import { mockError } from "./mock-error.ts";
import type { SamplePrices } from "./sample-prices.ts";

/** Finds the instruments of the bundled sample. */
export function mockInstrumentService(
  sample: SamplePrices,
): Pick<ServiceImpl<typeof InstrumentService>, "listInstruments" | "searchInstruments"> {
  const instruments = sample.instruments.map(({ symbol, name }) => {
    const closes = sample.closes.get(symbol) ?? new Float64Array();
    return {
      symbol,
      name,
      currency: "USD",
      available: {
        startDate: sample.dates[closes.findIndex((close) => !Number.isNaN(close))] ?? "",
        endDate: sample.dates.at(-1) ?? "",
      },
      lastClose: closes.at(-1) ?? 0,
    };
  });
  return {
    listInstruments: () => ({ instruments }),
    searchInstruments({ query }) {
      const text = query.toUpperCase();
      return {
        instruments: instruments.filter(
          ({ symbol, name }) => symbol.includes(text) || name.toUpperCase().includes(text),
        ),
      };
    },
  };
}

/** Lists the sample, and takes files whose every line has as many cells as the first. */
export function mockPriceService(
  sample: SamplePrices,
): Pick<ServiceImpl<typeof PriceService>, "listDatasets" | "importPrices"> {
  return {
    listDatasets: () => ({
      datasets: [
        {
          id: "sample",
          revision: 1,
          title: "US stocks and factor ETFs, 1990–2022",
          available: { startDate: sample.dates[0] ?? "", endDate: sample.dates.at(-1) ?? "" },
          readOnly: true,
        },
      ],
    }),
    importPrices({ source, datasetId, validateOnly, partial }) {
      const text = source.case === "csvBytes" ? new TextDecoder().decode(source.value) : "";
      const [header = "", ...lines] = text.trim().split(/\r?\n/u);
      const names = header.split(",");
      if (names[0] !== "date") {
        throw mockError(Code.InvalidArgument, "CSV_HEADER_INVALID", "The first column must be date.");
      }
      const problems = lines.flatMap((line, i) =>
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
      if (problems.length > 0 && !(validateOnly || partial)) {
        throw mockError(Code.InvalidArgument, "CSV_INVALID", "The file has bad cells.");
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
