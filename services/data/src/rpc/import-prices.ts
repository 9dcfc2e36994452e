import type { MethodImpl } from "@connectrpc/connect";
import {
  CsvForm,
  DateOrder as DateOrderMessage,
  type ImportPricesRequest,
  type PriceService,
} from "@portfolio/gen/portfolio/data/v1/price_service_pb.js";
import { importPrices } from "../app/import-prices.ts";
import type { CsvSource } from "../app/unpack-csv.ts";
import type { DateOrder } from "../domain/csv-date.ts";
import { fromDayRange } from "./convert.ts";
import type { HandlerDeps } from "./handler-deps.ts";

type ImportPrices = MethodImpl<typeof PriceService.method.importPrices>;

/** Serves `PriceService.ImportPrices`. */
export function importPricesHandler(deps: HandlerDeps): ImportPrices {
  return async (request) => {
    const report = await importPrices(deps, {
      ...request,
      source: toSource(request.source),
      dateOrder: toDateOrder(request.dateOrder),
    });
    const { contents, available } = report;
    return {
      dataset: report.dataset,
      rowCount: contents.rowCount,
      insertedCount: report.insertedCount,
      updatedCount: report.updatedCount,
      unchangedCount: report.unchangedCount,
      symbols: contents.series.map(({ symbol }) => symbol),
      ...(available && { available: fromDayRange(available) }),
      problems: [...contents.problems],
      problemCount: contents.problemCount,
      form: contents.form === "long" ? CsvForm.LONG : CsvForm.WIDE,
    };
  };
}

function toSource(source: ImportPricesRequest["source"]): CsvSource | undefined {
  switch (source.case) {
    case "csvText":
      return { field: "csvText", bytes: Buffer.from(source.value) };
    case "csvBytes":
      return { field: "csvBytes", bytes: source.value };
    case undefined:
      return undefined;
  }
}

/** Numbers beyond the known ones, which proto3 lets through, count as unspecified. */
function toDateOrder(order: DateOrderMessage): DateOrder {
  switch (order) {
    case DateOrderMessage.DAY_FIRST:
      return "day-first";
    case DateOrderMessage.MONTH_FIRST:
      return "month-first";
    case DateOrderMessage.UNSPECIFIED:
      return undefined;
  }
}
