import { FIELDS, type Field } from "./bar-series.ts";
import { type CsvProblem, quote } from "./csv-problem.ts";
import { isSymbol, normalizeSymbol } from "./symbol.ts";

/** How a file is laid out. Columns count from 0. */
export type CsvLayout = LongLayout | WideLayout;

interface LayoutBase {
  /** As in the file, without empty ones at the end. */
  readonly columnNames: readonly string[];
  readonly dateColumn: number;
}

/** One row per day and symbol. */
export interface LongLayout extends LayoutBase {
  readonly form: "long";
  readonly symbolColumn: number;
  readonly fieldColumns: readonly { readonly field: Field; readonly column: number }[];
}

/** One row per day, one column of closes per symbol. */
interface WideLayout extends LayoutBase {
  readonly form: "wide";
  readonly symbolColumns: readonly { readonly symbol: string; readonly column: number }[];
  /** Of columns that are left out. */
  readonly problems: readonly CsvProblem[];
}

/** A header that tells no layout, and why. */
export interface InvalidHeader {
  readonly form: "invalid";
  /** Counted from 1; 0 when the whole header is meant. */
  readonly column: number;
  readonly description: string;
}

const DATE_NAMES: readonly string[] = ["date", "datetime", "timestamp"];
const SYMBOL_NAMES: readonly string[] = ["symbol", "ticker"];
const CLOSE_NAMES: readonly string[] = [
  "close",
  "price",
  "adj close",
  "adj. close",
  "adj_close",
  "adjusted close",
  "adjusted_close",
];

/** Separator of the cells, by the header: semicolon or tab if there is any, else comma. */
export function findDelimiter(header: string): string {
  const unquoted = header.replaceAll(/"[^"]*"/g, "");
  return [";", "\t"].find((candidate) => unquoted.includes(candidate)) ?? ",";
}

/** Finds out how a file is laid out. */
export function readHeader(cells: readonly string[], line: number): CsvLayout | InvalidHeader {
  const columnNames = cells.map((cell) => cell.trim());
  while (columnNames.at(-1) === "") {
    columnNames.pop();
  }
  const names = columnNames.map((name) => name.toLowerCase());
  // Spreadsheet and data frame exports leave the header of the leading column empty.
  const dateColumn = names.findIndex((name, i) => DATE_NAMES.includes(name) || (i === 0 && !name));
  if (dateColumn === -1) {
    const found = columnNames.map(quote).slice(0, 5).join(", ");
    return invalid(0, `The header has no column "date"; it starts with ${found}.`);
  }
  if (columnNames.length < 2) {
    return invalid(0, 'The header has only one column. Separate columns by "," or ";".');
  }
  const symbolColumn = names.findIndex((name) => SYMBOL_NAMES.includes(name));
  const base = { columnNames, dateColumn };
  return symbolColumn === -1
    ? readWideHeader(names, line, base)
    : readLongHeader(names, symbolColumn, base);
}

function readLongHeader(
  names: readonly string[],
  symbolColumn: number,
  base: LayoutBase,
): LongLayout | InvalidHeader {
  const fieldColumns: { field: Field; column: number }[] = [];
  for (const [column, name] of names.entries()) {
    if (column === symbolColumn || column === base.dateColumn) {
      continue;
    }
    const field = fieldNamed(name);
    if (field === undefined) {
      const allowed = ["date", "symbol", ...FIELDS].join(", ");
      return invalid(column + 1, `Column ${quote(name)} is none of ${allowed}.`);
    }
    if (fieldColumns.some((known) => known.field === field)) {
      return invalid(column + 1, `Column ${quote(name)} is a second column of ${field} prices.`);
    }
    fieldColumns.push({ field, column });
  }
  if (!fieldColumns.some(({ field }) => field === "close")) {
    return invalid(0, 'The header has "symbol" but no column "close".');
  }
  return { ...base, form: "long", symbolColumn, fieldColumns };
}

function readWideHeader(
  names: readonly string[],
  line: number,
  base: LayoutBase,
): WideLayout | InvalidHeader {
  if (names.some((name) => fieldNamed(name) === "close")) {
    return invalid(0, 'The header has prices but no column "symbol". Add one.');
  }
  const symbolColumns: { symbol: string; column: number }[] = [];
  const problems: CsvProblem[] = [];
  const known = new Set<string>();
  for (const [column, columnName] of base.columnNames.entries()) {
    const symbol = normalizeSymbol(columnName);
    const at = { line, column: column + 1, columnName };
    if (column === base.dateColumn) {
      continue;
    }
    if (!isSymbol(symbol)) {
      const description = `${quote(columnName)} is no symbol.`;
      problems.push({ ...at, reason: "SYMBOL_INVALID", description });
    } else if (known.has(symbol)) {
      const description = `${symbol} has a column before.`;
      problems.push({ ...at, reason: "SYMBOL_REPEATED", description });
    } else {
      known.add(symbol);
      symbolColumns.push({ symbol, column });
    }
  }
  if (symbolColumns.length === 0) {
    const found = problems.map(({ columnName }) => quote(columnName)).slice(0, 5);
    return invalid(0, `The header names no symbol: ${found.join(", ")} cannot be one.`);
  }
  return { ...base, form: "wide", symbolColumns, problems };
}

function fieldNamed(name: string): Field | undefined {
  return CLOSE_NAMES.includes(name) ? "close" : FIELDS.find((field) => field === name);
}

function invalid(column: number, description: string): InvalidHeader {
  return { form: "invalid", column, description };
}
