import type { AppError } from "@portfolio/platform/app-error";
import type { CalendarDay } from "../domain/calendar-day.ts";
import type { DateOrder } from "../domain/csv-date.ts";
import { type CsvLayout, findDelimiter, readHeader } from "../domain/csv-header.ts";
import type { CsvProblem } from "../domain/csv-problem.ts";
import { CsvReader, type CsvRecord } from "../domain/csv-reader.ts";
import { PriceTable, type SymbolBars } from "../domain/price-table.ts";
import { runInSlices } from "../time-slice.ts";
import { asBuffer, type CsvSource, invalidFile, tooLarge, unpackCsv } from "./unpack-csv.ts";

/** Most data rows, and most prices, in one file. */
const ROWS_MAX = 5_000_000;

/** Bytes that are read at a time: about 1 ms of work. */
const PIECE_BYTES = 1 << 15;

export interface CsvOptions {
  readonly order: DateOrder;
  /** Later days are problems. */
  readonly today: CalendarDay;
  readonly signal: AbortSignal;
}

/** What a CSV file says. */
export interface CsvContents {
  readonly form: CsvLayout["form"];
  /** By symbol, ascending. Only good rows. */
  readonly series: readonly SymbolBars[];
  readonly rowCount: number;
  /** Good rows that say the same as an earlier one. */
  readonly repeatedCount: number;
  /** The first 1000, by line and column. */
  readonly problems: readonly CsvProblem[];
  readonly problemCount: number;
}

/**
 * Reads a CSV file without keeping the event loop for long.
 *
 * @throws The signal's reason, when it aborts.
 * @throws {AppError} The file as a whole is unusable: `CSV_EMPTY`, `CSV_TOO_LARGE`,
 *   `CSV_HEADER_INVALID`, `CSV_GZIP_INVALID`, `CSV_ENCODING_INVALID`.
 */
export async function readCsv(
  source: CsvSource,
  { order, today, signal }: CsvOptions,
): Promise<CsvContents> {
  const bytes = await unpackCsv(source);
  return runInSlices(readBytes(bytes, source.field, order, today), signal);
}

function* readBytes(
  bytes: Uint8Array,
  field: string,
  order: DateOrder,
  today: CalendarDay,
): Generator<void, CsvContents> {
  const table = yield* fillTable(bytes, field);
  const { series, repeatedCount } = yield* table.finish(order, today);
  return {
    form: table.form,
    series,
    rowCount: table.rowCount,
    repeatedCount,
    problems: table.problems.first(),
    problemCount: table.problems.count,
  };
}

function* fillTable(bytes: Uint8Array, field: string): Generator<void, PriceTable> {
  const delimiter = findDelimiter(firstLine(bytes));
  const reader = new CsvReader(delimiter);
  let table: PriceTable | undefined;
  for (const records of readRecords(bytes, reader)) {
    for (const record of records) {
      if (table === undefined) {
        table = new PriceTable(requireLayout(record, bytes, field), delimiter);
      } else {
        table.add(record);
      }
    }
    assertSize(table, field);
    yield;
  }
  if (table === undefined) {
    throw withoutHeader(reader, field);
  }
  reportUnclosed(table, reader);
  if (table.rowCount === 0 && table.problems.count === 0) {
    throw invalidFile(field, "CSV_EMPTY", "The file has a header but no rows.");
  }
  return table;
}

function withoutHeader({ unclosedLine }: CsvReader, field: string): AppError {
  return unclosedLine === undefined
    ? invalidFile(field, "CSV_EMPTY", "The file is empty.")
    : invalidFile(
        `${field}[${unclosedLine}]`,
        "CSV_HEADER_INVALID",
        "The header has a quote that is not closed.",
      );
}

function assertSize(table: PriceTable | undefined, field: string): void {
  if (table !== undefined && Math.max(table.rowCount, table.priceCount) > ROWS_MAX) {
    throw tooLarge(field, "The file has more than 5 million rows or prices.");
  }
}

/** Splits bytes into records, cutting at line feeds so that no character is torn. */
function* readRecords(bytes: Uint8Array, reader: CsvReader): Generator<CsvRecord[]> {
  const buffer = asBuffer(bytes);
  let from = 0;
  while (from < buffer.length) {
    const feed = buffer.lastIndexOf(0x0a, from + PIECE_BYTES);
    const next = feed >= from ? feed : buffer.indexOf(0x0a, from);
    const to = next === -1 ? buffer.length : next + 1;
    yield reader.push(buffer.toString("utf8", from, to));
    from = to;
  }
  yield reader.end();
}

function firstLine(bytes: Uint8Array): string {
  const buffer = asBuffer(bytes);
  const lines = buffer.toString("utf8", 0, PIECE_BYTES).split("\n");
  return lines.find((line) => line.trim() !== "") ?? "";
}

function requireLayout(record: CsvRecord, bytes: Uint8Array, field: string): CsvLayout {
  if (bytes[0] === "<".charCodeAt(0)) {
    throw invalidFile(field, "CSV_HEADER_INVALID", "The file is a web page or XML, not CSV.");
  }
  const layout = readHeader(record.cells, record.line);
  if (layout.form === "invalid") {
    const position = layout.column === 0 ? "" : `[${layout.column}]`;
    const path = `${field}[${record.line}]${position}`;
    throw invalidFile(path, "CSV_HEADER_INVALID", layout.description);
  }
  return layout;
}

function reportUnclosed(table: PriceTable, { unclosedLine }: CsvReader): void {
  if (unclosedLine !== undefined) {
    table.problems.add({
      line: unclosedLine,
      column: 0,
      columnName: "",
      reason: "QUOTE_NOT_CLOSED",
      description: "A quote that opens here is not closed; everything after it is left out.",
    });
  }
}
