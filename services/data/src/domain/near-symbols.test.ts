import { describe, expect, it } from "vitest";
import type { Instrument } from "./instrument.ts";
import { editDistance, nearSymbols } from "./near-symbols.ts";

function instrument(symbol: string, name: string): Instrument {
  return {
    id: 0,
    ordinal: 0,
    symbol,
    name,
    kind: "stock",
    currency: "USD",
    available: { first: 0, last: 0 },
    priceCount: 1,
    lastClose: 1,
    revision: 1,
  };
}

const INSTRUMENTS = [
  instrument("AAPL", "Apple Inc."),
  instrument("GOOGL", "Alphabet Inc."),
  instrument("KO", "The Coca-Cola Company"),
  instrument("MSFT", "Microsoft Corporation"),
];

describe("editDistance", () => {
  it.each([
    ["", "", 0],
    ["AAPL", "AAPL", 0],
    ["APPL", "AAPL", 1],
    ["APAL", "AAPL", 1],
    ["AAPLE", "AAPL", 1],
    ["MFST", "MSFT", 1],
    ["KO", "PEP", 3],
    // Wagner and Fischer (1974): two substitutions and an insertion.
    ["KITTEN", "SITTING", 3],
  ])("between %j and %j is %i", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });
});

describe("nearSymbols", () => {
  it.each([
    ["APPL", ["AAPL"]],
    ["APPLE", ["AAPL"]],
    ["MFST", ["MSFT"]],
    ["GOOG", ["GOOGL"]],
    ["MICROSOFT", ["MSFT"]],
    ["K0", ["KO"]],
    ["ZZZZZZ", []],
  ])("knows what %s may have meant", (symbol, expected) => {
    expect(nearSymbols(symbol, INSTRUMENTS)).toEqual(expected);
  });
});
