import { describe, expect, it } from "vitest";
import { readSymbolNumbers, symbolNumbersText } from "./symbol-numbers.ts";

const SYMBOLS = ["AAPL", "BRK-B", "KO"];

describe("readSymbolNumbers", () => {
  it("reads symbols with numbers, in any case and with signs", () => {
    expect(readSymbolNumbers("aapl 2, BRK-B: -0.5,KO −1", SYMBOLS)).toEqual({
      AAPL: 2,
      "BRK-B": -0.5,
      KO: -1,
    });
    expect(readSymbolNumbers(" ", SYMBOLS)).toEqual({});
  });

  it("reads nothing where a part is no known symbol with a number", () => {
    for (const text of ["AAPL", "AAPL two", "MSFT 1", "AAPL 2 KO 1", "KO 1.2.3"]) {
      expect(readSymbolNumbers(text, SYMBOLS), text).toBeUndefined();
    }
  });

  it("reads back what is written", () => {
    const numbers = { AAPL: 2, KO: -0.5 };

    expect(readSymbolNumbers(symbolNumbersText(numbers), SYMBOLS)).toEqual(numbers);
    expect(symbolNumbersText(undefined)).toBe("");
  });
});
