import type { VersionSelection } from "@portfolio/gen/portfolio/training/v1/forecast_pb.js";
import type { DatasetReference as WireDataset } from "@portfolio/gen/portfolio/type/v1/dataset_pb.js";
import { AppError, type FieldViolation } from "@portfolio/platform/app-error";
import type { ForecastRequest } from "../../app/get-forecasts.ts";
import type { VersionChoice } from "../../app/version-lookup.ts";
import type { DatasetReference } from "../../domain/training-spec.ts";
import { readAliasName } from "./read-version-name.ts";

/** What all requests for forecasts have. */
interface WireRequest {
  readonly version?: VersionSelection | undefined;
  readonly symbols: readonly string[];
  readonly asOfDate: string;
  readonly dataset?: WireDataset | undefined;
}

/**
 * Reads which forecasts are asked for.
 *
 * @throws {AppError} `SYMBOL_REPEATED`, `DATE_INVALID`.
 */
export function readForecastRequest(request: WireRequest): ForecastRequest {
  const { version, asOfDate, dataset } = request;
  if (asOfDate !== "") {
    checkDate(asOfDate, "as_of_date");
  }
  return {
    modelId: version?.modelId ?? "",
    choice: readChoice(version),
    key: version?.key ?? "",
    symbols: readSymbols(request.symbols),
    asOfDate,
    dataset: readDataset(dataset),
  };
}

/** Reads a dataset reference, if there is one. */
export function readDataset(dataset: WireDataset | undefined): DatasetReference | undefined {
  return dataset && { id: dataset.id, revision: dataset.revision };
}

/** Reads which version is meant. */
export function readChoice(selection: VersionSelection | undefined): VersionChoice {
  const version = selection?.version;
  return version?.case === "number"
    ? { kind: "number", number: version.value }
    : { kind: "alias", alias: readAliasName(version?.value ?? "champion") };
}

/** Trims symbols and writes them in capitals. @throws {AppError} `SYMBOL_REPEATED`. */
export function readSymbols(written: readonly string[]): string[] {
  const symbols = written.map((symbol) => symbol.trim().toUpperCase());
  const repeated = symbols.flatMap((symbol, k) => {
    const first = symbols.indexOf(symbol);
    const description = `${symbol} repeats symbol ${first}`;
    return first < k ? [{ field: `symbols[${k}]`, description }] : [];
  });
  if (repeated.length > 0) {
    throw refusal("SYMBOL_REPEATED", repeated);
  }
  return symbols;
}

/** @throws {AppError} `DATE_INVALID`. */
export function checkDate(date: string, field: string): void {
  if (!isCalendarDate(date)) {
    const description = `"${date}" is not a day of the calendar written as YYYY-MM-DD`;
    throw refusal("DATE_INVALID", [{ field, description }]);
  }
}

/** Refuses a request. */
export function refusal(reason: string, violations: readonly FieldViolation[]): AppError {
  const [first] = violations;
  const message = `${first?.field}: ${first?.description}`;
  return new AppError("invalid-argument", reason, message, { violations });
}

function isCalendarDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  // 30 February would become 1 or 2 March.
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    !Number.isNaN(date.getTime()) &&
    date.toISOString().startsWith(text)
  );
}
