import type { GetPastForecastsRequest } from "@portfolio/gen/portfolio/training/v1/forecast_service_pb.js";
import type { PastRequest } from "../../app/get-past-forecasts.ts";
import { checkDate, readChoice, readSymbols, refusal } from "./read-forecast-request.ts";

const MAX_AGE_DAYS_DEFAULT = 7;
/** Of an answer: days times symbols. */
const CELL_COUNT_MAX = 1_000_000;

/**
 * Reads which forecasts of the past are asked for.
 *
 * @throws {AppError} `REQUEST_INVALID`, `SYMBOL_REPEATED`, `DATE_INVALID`.
 */
export function readPastRequest(request: GetPastForecastsRequest): PastRequest {
  const { version, asOfDates, maxAgeDays = MAX_AGE_DAYS_DEFAULT } = request;
  const symbols = readSymbols(request.symbols);
  for (const [k, date] of asOfDates.entries()) {
    checkDate(date, `as_of_dates[${k}]`);
    if (date <= (asOfDates[k - 1] ?? "")) {
      const description = `${date} does not come after ${asOfDates[k - 1]}`;
      throw refusal("REQUEST_INVALID", [{ field: `as_of_dates[${k}]`, description }]);
    }
  }
  if (asOfDates.length * Math.max(1, symbols.length) > CELL_COUNT_MAX) {
    const description = `${asOfDates.length} days of ${symbols.length} symbols are over ${CELL_COUNT_MAX}`;
    throw refusal("REQUEST_INVALID", [{ field: "as_of_dates", description }]);
  }
  return {
    modelId: version?.modelId ?? "",
    choice: readChoice(version),
    ...{ symbols, asOfDates, maxAgeDays },
  };
}
