import { AppError } from "@portfolio/platform/app-error";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatIsoDate, parseIsoDate } from "../domain/calendar-day.ts";
import { readCsv } from "./read-csv.ts";

const OPTIONS = {
  order: undefined,
  today: parseIsoDate("2024-06-28") as number,
  signal: new AbortController().signal,
};

function read(text: string | Uint8Array) {
  return readCsv({ field: "csvText", bytes: Buffer.from(text) }, OPTIONS);
}

/** Closes by symbol and then day. */
const closes = fc.dictionary(
  fc.stringMatching(/^[A-Z]{1,4}$/),
  fc.dictionary(
    fc.integer({ min: -20_000, max: 19_000 }).map(formatIsoDate),
    fc.double({ min: 1e-9, max: 1e9, noNaN: true }).filter((price) => price > 1e-9),
    { minKeys: 1, maxKeys: 20 },
  ),
  { minKeys: 1, maxKeys: 5 },
);

interface Dialect {
  readonly delimiter: string;
  readonly mark: string;
  readonly lineEnd: string;
  readonly quote: string;
  readonly mayBeGerman: boolean;
}

const dialect: fc.Arbitrary<Dialect> = fc.record({
  delimiter: fc.constantFrom(";", "\t"),
  mark: fc.constantFrom(".", ","),
  lineEnd: fc.constantFrom("\n", "\r\n"),
  quote: fc.constantFrom("", '"'),
  mayBeGerman: fc.boolean(),
});

function write(rows: readonly (readonly string[])[], { delimiter, lineEnd, quote }: Dialect) {
  return rows.map((row) => row.map((cell) => quote + cell + quote).join(delimiter)).join(lineEnd);
}

function writeDate(iso: string, { mayBeGerman }: Dialect): string {
  return mayBeGerman ? iso.split("-").reverse().join(".") : iso;
}

function writePrice(price: number | undefined, { mark }: Dialect): string {
  return price === undefined ? "" : String(price).replace(".", mark);
}

type Closes = Record<string, Record<string, number>>;

function toWide(prices: Closes, how: Dialect): string {
  const symbols = Object.keys(prices);
  const dates = [...new Set(Object.values(prices).flatMap((byDay) => Object.keys(byDay)))];
  const rows = dates.map((date) => [
    writeDate(date, how),
    ...symbols.map((symbol) => writePrice(prices[symbol]?.[date], how)),
  ]);
  return write([["date", ...symbols], ...rows], how);
}

function toLong(prices: Closes, how: Dialect): string {
  const rows = Object.entries(prices).flatMap(([symbol, byDay]) =>
    Object.entries(byDay).map(([date, price]) => [
      writePrice(price, how),
      writeDate(date, how),
      symbol.toLowerCase(),
    ]),
  );
  return write([["Close", "Date", "Symbol"], ...rows], how);
}

describe("readCsv", () => {
  it.each([
    ["wide", toWide],
    ["long", toLong],
  ])("reads back any prices in any dialect, to the bit: %s", async (_form, toText) => {
    await fc.assert(
      fc.asyncProperty(closes, dialect, async (prices, how) => {
        const contents = await read(toText(prices, how));

        expect(contents.problems).toEqual([]);
        const found = contents.series.map(({ symbol, bars }) => [
          symbol,
          Object.fromEntries(
            Array.from(bars.days, (day, i) => [formatIsoDate(day), bars.fields.close[i]]),
          ),
        ]);
        expect(Object.fromEntries(found)).toEqual({ ...prices });
      }),
      { numRuns: 50 },
    );
  });

  it("gives contents or an AppError for any text", async () => {
    const cell = fc.constantFrom("date", "symbol", "close", "A", "2024-01-02", "1.5", '"', "", "é");
    const junk = fc.array(fc.oneof(cell, fc.constantFrom(",", ";", "\n", "\r", "\t"), fc.string()));
    await fc.assert(
      fc.asyncProperty(junk, async (parts) => {
        const outcome = await read(parts.join("")).catch((error: unknown) => error);

        if (outcome instanceof Error) {
          expect(outcome).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("gives contents or an AppError for any bytes", async () => {
    const start = fc.constantFrom([], [0x1f, 0x8b], [0xef, 0xbb, 0xbf], [0xff, 0xfe]);
    await fc.assert(
      fc.asyncProperty(start, fc.uint8Array(), async (first, rest) => {
        const bytes = Uint8Array.from([...first, ...rest]);
        const outcome = await read(bytes).catch((error: unknown) => error);

        if (outcome instanceof Error) {
          expect(outcome).toBeInstanceOf(AppError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("counts a row that is repeated with the same price", async () => {
    const contents = await read("date,A\n2024-01-03,2\n2024-01-02,1\n2024-01-03,2\n");

    expect(contents).toMatchObject({ rowCount: 3, repeatedCount: 1, problemCount: 0 });
    expect([...(contents.series[0]?.bars.fields.close ?? [])]).toEqual([1, 2]);
  });

  it("names the column of a repeated price in wide form", async () => {
    const { problems } = await read("date,A,B\n2024-01-02,1,2\n2024-01-02,1,3\n");

    expect(problems).toMatchObject([
      { line: 3, column: 3, columnName: "B", reason: "ROW_REPEATED" },
    ]);
  });

  it("reads lines that end in a carriage return alone", async () => {
    expect(await read("date,A\r2024-01-02,1\r2024-01-03,2\r")).toMatchObject({ rowCount: 2 });
  });

  it("reads on after text that follows a closing quote, and after blank and ragged lines", async () => {
    const text = 'date,A,B\n\n2024-01-02,"x"y,1\n2024-01-03,2\n  \n2024-01-04, "3" ,4\n';

    const { problems, series } = await read(text);

    expect(problems).toMatchObject([
      { line: 3, column: 2, columnName: "A", reason: "PRICE_INVALID" },
      { line: 4, column: 0, reason: "COLUMN_COUNT_WRONG" },
    ]);
    expect(series.map(({ bars }) => [...bars.fields.close])).toEqual([[3], [1, 4]]);
  });

  it("names the line of a quote that is not closed", async () => {
    const { problems, rowCount } = await read(
      'date,A\n2024-01-02,1\n2024-01-03,"2\n2024-01-04,3\n',
    );

    expect(rowCount).toBe(1);
    expect(problems).toMatchObject([{ line: 3, column: 0, reason: "QUOTE_NOT_CLOSED" }]);
  });

  it("does not call a file empty whose header has a quote that is not closed", async () => {
    await expect(read('\ndate,"A\n2024-01-02,1\n')).rejects.toMatchObject({
      reason: "CSV_HEADER_INVALID",
      violations: [{ field: "csvText[2]" }],
    });
  });

  it("overlooks empty cells beyond the header", async () => {
    expect(await read("date,A,,\n2024-01-02,1,,\n,,,\n")).toMatchObject({
      rowCount: 1,
      problemCount: 0,
    });
  });

  it("refuses more than 5 million rows", { timeout: 60_000 }, async () => {
    const text = `date,A\n${"2024-01-02,\n".repeat(5_100_000)}`;

    await expect(read(text)).rejects.toMatchObject({
      kind: "resource-exhausted",
      reason: "CSV_TOO_LARGE",
    });
  });
});
