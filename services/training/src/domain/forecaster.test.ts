import { encodeForecastModel, type ForecastRule } from "@portfolio/learning";
import { describe, expect, it } from "vitest";
import { type ForecastPrices, readForecaster } from "./forecaster.ts";

/** Closes that drift and swing differently, on days that are only counted. */
function pricesOf(dayCount: number): ForecastPrices {
  const symbols = ["A", "B", "C"];
  const values = Float64Array.from({ length: dayCount * 3 }, (_, k) => {
    const [t, j] = [Math.floor(k / 3), k % 3];
    return 50 * (j + 1) * Math.exp(0.0004 * (j - 1) * t + 0.02 * Math.sin((j + 1) * 1.7 * t + j));
  });
  const dates = Array.from({ length: dayCount }, (_, t) => String(t));
  return { symbols, dates, closes: { rows: dayCount, cols: 3, values } };
}

const target = { kind: "rank", horizonDays: 21 } as const;
const coefficients = Float64Array.from({ length: 13 }, (_, k) => 0.01 * (k + 1));
const ridge: ForecastRule = {
  kind: "learned",
  view: { kind: "ranks" },
  model: { kind: "linear", model: { intercept: 0.1, coefficients } },
  smearing: 1,
};

function forecasterOf(rule: ForecastRule) {
  return readForecaster(encodeForecastModel({ target, rule, intervalRadius: 0.4 }));
}

describe("readForecaster", () => {
  it("forecasts from no more than the closes that it looks back on", () => {
    const prices = pricesOf(400);
    const { dates, closes } = prices;

    for (const rule of [ridge, { kind: "baseline", name: "momentum" }] as const) {
      const forecaster = forecasterOf(rule);
      const first = dates.length - forecaster.lookbackDays;
      const tail = {
        ...prices,
        dates: dates.slice(first),
        closes: { rows: dates.length - first, cols: 3, values: closes.values.slice(first * 3) },
      };

      expect([...forecaster.forecast(tail)]).toEqual([...forecaster.forecast(prices)]);
    }
  });

  it("has features that its model turns into the forecast", () => {
    const forecaster = forecasterOf(ridge);
    const prices = pricesOf(300);

    const { names, values } = forecaster.features(prices);
    const own = values.values.slice(names.length, 2 * names.length);
    const expected = own.reduce((sum, value, k) => sum + value * (coefficients[k] ?? 0), 0.1);

    expect(names[0]).toBe("momentum_12_1");
    expect(forecaster.forecast(prices)[1]).toBeCloseTo(expected, 12);
    expect(forecaster.intervalRadius).toBe(0.4);
    expect(forecaster.model?.kind).toBe("linear");
  });

  it("forecasts nothing where there is less than a year", () => {
    expect([...forecasterOf(ridge).forecast(pricesOf(252))]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
    expect(forecasterOf(ridge).forecast(pricesOf(253)).some(Number.isNaN)).toBe(false);
  });

  it("refuses what is no artifact", () => {
    expect(() => readForecaster(new Uint8Array(20))).toThrow("hold no model");
  });
});
