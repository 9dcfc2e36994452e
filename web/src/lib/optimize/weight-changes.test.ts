import { describe, expect, it } from "vitest";
import { turnoverOf, weightChanges } from "./weight-changes.ts";

describe("weightChanges", () => {
  it("names what is bought and sold, the most first, and leaves out rounding", () => {
    const changes = weightChanges(
      [
        { symbol: "KO", weight: 0.3 },
        { symbol: "AAPL", weight: 0.7 },
        { symbol: "XOM", weight: 1e-9 },
      ],
      [
        { symbol: "AAPL", weight: 0.5 },
        { symbol: "MSFT", weight: 0.5 },
      ],
    );

    expect(changes).toEqual([
      { symbol: "MSFT", before: 0, after: 0.5 },
      { symbol: "KO", before: 0.3, after: 0 },
      { symbol: "AAPL", before: 0.7, after: 0.5 },
    ]);
    expect(turnoverOf(changes)).toBeCloseTo(1, 15);
  });
});
