import { type BarFields, type BarSeries, FIELDS, type Field } from "./bar-series.ts";
import { type CalendarDay, formatIsoDate } from "./calendar-day.ts";
import { DateColumn, type DateOrder, isDateOfNumbers } from "./csv-date.ts";
import type { CsvLayout, LongLayout } from "./csv-header.ts";
import { NumberReader } from "./csv-number.ts";
import { ProblemList, quote } from "./csv-problem.ts";
import type { CsvRecord } from "./csv-reader.ts";
import { readValue, type ValueProblem } from "./csv-value.ts";
import { IntegerList } from "./growable.ts";
import { NO_DAY, orderRows } from "./order-rows.ts";
import { isSymbol, normalizeSymbol } from "./symbol.ts";
import { SymbolColumn } from "./symbol-column.ts";

/** Bars of one symbol. */
export interface SymbolBars {
  readonly symbol: string;
  readonly bars: BarSeries;
}

/** What a file says. */
export interface PriceTableContents {
  /** By symbol, ascending; those without a good row are left out. */
  readonly series: readonly SymbolBars[];
  /** Good rows that say the same as an earlier one. */
  readonly repeatedCount: number;
}

/**
 * Gathers the rows of a CSV file, and then turns them into bars by symbol.
 *
 * Whatever cannot be used becomes a problem: in long form the whole row is left out, in wide form
 * the cell. Days are read after the last row, when the order of their parts is known.
 */
export class PriceTable {
  readonly problems = new ProblemList();
  readonly #layout: CsvLayout;
  readonly #numbers: NumberReader;
  readonly #dates = new DateColumn();
  readonly #rowLines = new IntegerList();
  readonly #rowDates = new IntegerList();
  readonly #columns = new Map<string, SymbolColumn>();
  /** In wide form: the columns of the file that hold prices. */
  readonly #wideColumns: { readonly prices: SymbolColumn; readonly column: number }[] = [];
  /** By text in the file; undefined for what is no symbol. */
  readonly #columnOfText = new Map<string, SymbolColumn | undefined>();
  #rowCount = 0;
  #priceCount = 0;
  #dateTexts: string[] = [];

  constructor(layout: CsvLayout, delimiter: string) {
    this.#layout = layout;
    this.#numbers = new NumberReader(delimiter);
    if (layout.form === "wide") {
      for (const problem of layout.problems) {
        this.problems.add(problem);
      }
      for (const { symbol, column } of layout.symbolColumns) {
        const prices = new SymbolColumn(symbol, ["close"]);
        this.#columns.set(symbol, prices);
        this.#wideColumns.push({ prices, column });
      }
    }
  }

  get form(): CsvLayout["form"] {
    return this.#layout.form;
  }

  /** Rows so far, good or bad. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** Good prices so far, as far as they can be told before the days are read. */
  get priceCount(): number {
    return this.#priceCount;
  }

  add(record: CsvRecord): void {
    const { cells, line } = record;
    if (cells.every((cell) => cell.trim() === "")) {
      return;
    }
    this.#rowCount += 1;
    const { columnNames, dateColumn } = this.#layout;
    if (!hasLength(cells, columnNames.length)) {
      const description = `The line has ${cells.length} columns, the header ${columnNames.length}.`;
      const reason = "COLUMN_COUNT_WRONG";
      this.problems.add({ line, column: 0, columnName: "", reason, description });
      return;
    }
    const date = (cells[dateColumn] as string).trim();
    const row = this.#addRow(line, date);
    if (this.#layout.form === "long") {
      this.#addLong(this.#layout, record, row);
    } else {
      this.#addWide(record, row);
    }
  }

  /**
   * Turns the rows into bars. Yields often.
   *
   * @param today - Later days are problems.
   */
  *finish(order: DateOrder, today: CalendarDay): Generator<void, PriceTableContents> {
    const rowDays = yield* this.#readDays(order, today);
    const series: SymbolBars[] = [];
    let repeatedCount = 0;
    for (const column of this.#columns.values()) {
      const rows = column.rows();
      const fields = column.fields();
      const ordered = yield* orderRows(rows.map((row) => rowDays[row] as number));
      repeatedCount += this.#checkRepeated(column, ordered.repeated, ordered.firsts);
      if (ordered.days.length > 0) {
        const bars = { days: ordered.days, fields: pickFields(fields, ordered.positions) };
        series.push({ symbol: column.symbol, bars });
      }
      yield;
    }
    series.sort((a, b) => (a.symbol < b.symbol ? -1 : 1));
    return { series, repeatedCount };
  }

  #addRow(line: number, date: string): number {
    const index = this.#dates.add(date);
    this.#dateTexts[index] = date;
    this.#rowLines.push(line);
    this.#rowDates.push(index);
    return this.#rowLines.length - 1;
  }

  #addLong({ symbolColumn, fieldColumns }: LongLayout, { line, cells }: CsvRecord, row: number) {
    const text = cells[symbolColumn] as string;
    const column = this.#columnOf(text);
    if (column === undefined) {
      const description = `${quote(text)} is no symbol.`;
      this.#addProblem(line, symbolColumn, { reason: "SYMBOL_INVALID", description });
    }
    const values: number[] = [];
    for (const { field, column: at } of fieldColumns) {
      const cell = (cells[at] as string).trim();
      const value = readValue(cell, field, field === "close", this.#numbers);
      if (typeof value === "number") {
        values.push(value);
      } else {
        this.#addProblem(line, at, value);
      }
    }
    if (column !== undefined && values.length === fieldColumns.length) {
      column.startRow(row);
      fieldColumns.forEach(({ field }, i) => {
        column.add(field, values[i] as number);
      });
      this.#priceCount += 1;
    }
  }

  #addWide({ line, cells }: CsvRecord, row: number): void {
    for (const { prices, column } of this.#wideColumns) {
      const cell = (cells[column] as string).trim();
      const value = readValue(cell, "close", false, this.#numbers);
      if (typeof value !== "number") {
        this.#addProblem(line, column, value);
      } else if (!Number.isNaN(value)) {
        prices.startRow(row);
        prices.add("close", value);
        this.#priceCount += 1;
      }
    }
  }

  #columnOf(text: string): SymbolColumn | undefined {
    if (this.#columnOfText.has(text)) {
      return this.#columnOfText.get(text);
    }
    const symbol = normalizeSymbol(text);
    const column = isSymbol(symbol) ? this.#columnNamed(symbol) : undefined;
    this.#columnOfText.set(text, column);
    return column;
  }

  #columnNamed(symbol: string): SymbolColumn {
    const known = this.#columns.get(symbol);
    if (known !== undefined) {
      return known;
    }
    const fields = FIELDS.filter((field) => this.#hasField(field));
    const column = new SymbolColumn(symbol, fields);
    this.#columns.set(symbol, column);
    return column;
  }

  #hasField(field: Field): boolean {
    const layout = this.#layout;
    return layout.form === "long" && layout.fieldColumns.some((known) => known.field === field);
  }

  /** @returns The day of each row, or `NO_DAY`. */
  *#readDays(order: DateOrder, today: CalendarDay): Generator<void, Int32Array> {
    const days = this.#dates.days(order);
    const readOrder = this.#dates.order(order).replace("-", " ");
    const lines = this.#rowLines.values();
    const dates = this.#rowDates.values();
    const rowDays = new Int32Array(dates.length).fill(NO_DAY);
    for (let row = 0; row < dates.length; row += 1) {
      const date = dates[row] as number;
      const day = days[date];
      if (day !== undefined && day <= today) {
        rowDays[row] = day;
      } else {
        const problem = describeDate(this.#dateTexts[date] as string, day, readOrder);
        this.#addProblem(lines[row] as number, this.#layout.dateColumn, problem);
      }
      if (row % 65_536 === 65_535) {
        yield;
      }
    }
    return rowDays;
  }

  /** @returns How many repeated rows say the same as the first one; the others are problems. */
  #checkRepeated(column: SymbolColumn, repeated: Int32Array, firsts: Int32Array): number {
    const lines = this.#rowLines.values();
    const rows = column.rows();
    const fields = column.fields();
    // In long form the whole line is meant.
    const at = this.#wideColumns.find(({ prices }) => prices === column)?.column ?? -1;
    let sameCount = 0;
    for (let i = 0; i < repeated.length; i += 1) {
      const position = repeated[i] as number;
      const first = firsts[i] as number;
      if (fields.every(([, values]) => Object.is(values[position], values[first]))) {
        sameCount += 1;
        continue;
      }
      const firstLine = lines[rows[first] as number] as number;
      this.#addProblem(lines[rows[position] as number] as number, at, {
        reason: "ROW_REPEATED",
        description: `Line ${firstLine} has other prices of ${column.symbol} for the same day.`,
      });
    }
    return sameCount;
  }

  /** @param at - Column counted from 0; -1 for the whole line. */
  #addProblem(line: number, at: number, { reason, description }: ValueProblem): void {
    const columnName = this.#layout.columnNames[at] ?? "";
    this.problems.add({ line, column: at + 1, columnName, reason, description });
  }
}

/** Tells whether a line fits the header; empty cells beyond it do not matter. */
function hasLength(cells: readonly string[], length: number): boolean {
  return cells.length === length || (cells.length > length && cells.slice(length).every(isBlank));
}

function isBlank(cell: string): boolean {
  return cell.trim() === "";
}

function describeDate(text: string, day: CalendarDay | undefined, readOrder: string): ValueProblem {
  if (text === "") {
    return { reason: "DATE_INVALID", description: "The date is empty." };
  }
  const asRead = isDateOfNumbers(text) ? `, read ${readOrder}` : "";
  return day === undefined
    ? {
        reason: "DATE_INVALID",
        description: `${quote(text)} is no day from 1900 to 2100${asRead}.`,
      }
    : { reason: "DATE_IN_FUTURE", description: `${formatIsoDate(day)} is in the future.` };
}

function pickFields(fields: readonly [Field, Float64Array][], positions: Int32Array): BarFields {
  const picked: Partial<Record<Field, Float64Array>> = {};
  for (const [field, values] of fields) {
    picked[field] = Float64Array.from(positions, (position) => values[position] as number);
  }
  return { close: new Float64Array(0), ...picked };
}
