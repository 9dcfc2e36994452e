import { describe, expect, it } from "vitest";
import { findDelimiter, readHeader } from "./csv-header.ts";

describe("findDelimiter", () => {
  it.each([
    ["date,A", ","],
    ["date;A,B", ";"],
    ["date\tA", "\t"],
    ['date,"A;B"', ","],
    ["date", ","],
  ])("finds the separator of %j", (header, delimiter) => {
    expect(findDelimiter(header)).toBe(delimiter);
  });
});

describe("readHeader", () => {
  it("finds the columns of a long file in any order", () => {
    expect(readHeader(["Close", " Ticker ", "DATE", "Volume", ""], 1)).toEqual({
      form: "long",
      columnNames: ["Close", "Ticker", "DATE", "Volume"],
      dateColumn: 2,
      symbolColumn: 1,
      fieldColumns: [
        { field: "close", column: 0 },
        { field: "volume", column: 3 },
      ],
    });
  });

  it("finds the symbols of a wide file, and leaves out what is none", () => {
    const layout = readHeader(["", "brk.b", "two words", "BRK.B", "^GSPC"], 3);

    expect(layout).toMatchObject({
      form: "wide",
      dateColumn: 0,
      symbolColumns: [
        { symbol: "BRK.B", column: 1 },
        { symbol: "^GSPC", column: 4 },
      ],
      problems: [
        { line: 3, column: 3, columnName: "two words", reason: "SYMBOL_INVALID" },
        { line: 3, column: 4, columnName: "BRK.B", reason: "SYMBOL_REPEATED" },
      ],
    });
  });

  it.each<[cells: string[], column: number]>([
    [["A", "B"], 0],
    [["date"], 0],
    [["date", "??"], 0],
    [["date", "constructor", "close"], 0],
    [["date", "symbol", "close", "constructor"], 4],
    [["date", "symbol", "close", "adj close"], 4],
  ])("tells no layout from %j", (cells, column) => {
    expect(readHeader(cells, 1)).toMatchObject({ form: "invalid", column });
  });

  it("quotes what cannot be a symbol when nothing else is there", () => {
    expect(readHeader(["date", "??", "two words"], 1)).toMatchObject({
      description: 'The header names no symbol: "??", "two words" cannot be one.',
    });
  });
});
