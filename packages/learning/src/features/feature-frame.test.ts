import { describe, expect, it } from "vitest";
import { matrixOf, readReference } from "../../test/reference.ts";
import { featureFrame } from "./feature-frame.ts";
import { priceMarket } from "./price-market.ts";

const reference = readReference<{
  readonly closes: readonly number[];
  readonly levels: readonly Readonly<Record<string, number>>[];
}>("features.json");
const market = priceMarket({ symbols: ["A", "B", "C"], closes: matrixOf(reference.closes, 3) });
const last = Int32Array.of(market.dayCount - 1);

describe("featureFrame", () => {
  it("has the features of pandas and scipy", () => {
    const { names, features } = featureFrame(market, { kind: "levels" }, last);

    expect(names).toEqual(Object.keys(reference.levels[0]));
    for (const [row, expected] of reference.levels.entries()) {
      for (const [k, name] of names.entries()) {
        expect(Math.abs(features.values[row * names.length + k] - expected[name])).toBeLessThan(
          1e-12,
        );
      }
    }
  });

  it("ranks them among the assets of the day", () => {
    const { names, features } = featureFrame(market, { kind: "ranks" }, last);

    for (const [k, name] of names.entries()) {
      const levels = reference.levels.map((own) => own[name]);
      const expected = levels.map(
        (value) => levels.filter((other) => other < value).length / 2 - 0.5,
      );
      expect([0, 1, 2].map((row) => features.values[row * names.length + k])).toEqual(expected);
    }
  });

  it("measures sequences by the volatility of 63 days, the last day last", () => {
    const { names, features, variances } = featureFrame(
      market,
      { kind: "sequence", dayCount: 2 },
      last,
    );
    const [own, mean] = [market.returns[1], market.meanReturns];
    const end = market.dayCount - 1;
    const scale = Math.sqrt(variances[1]);

    expect(names).toEqual(["return_1", "excess_return_1", "return_0", "excess_return_0"]);
    expect([...features.values.subarray(4, 8)]).toEqual([
      own[end - 1] / scale,
      (own[end - 1] - mean[end - 1]) / scale,
      own[end] / scale,
      (own[end] - mean[end]) / scale,
    ]);
  });

  it("refuses closes that are not positive, and days that are none", () => {
    const bad = { symbols: ["A"], closes: matrixOf([1, 0, 2], 1) };

    expect(() => priceMarket(bad)).toThrow("close 1 is 0");
    expect(() => priceMarket({ ...bad, symbols: ["A", "B"] })).toThrow("for 2 symbols");
    expect(() => featureFrame(market, { kind: "ranks" }, Int32Array.of(market.dayCount))).toThrow(
      "out of range",
    );
    expect(() => featureFrame(market, { kind: "sequence", dayCount: 0 }, last)).toThrow("0 days");
  });
});
