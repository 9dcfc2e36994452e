import { describe, expect, it } from "vitest";
import { largestDifference, normals, readReference } from "../../test/reference.ts";
import { exponentialVolatility } from "./exponential-volatility.ts";
import { fitGarch, forecastGarch } from "./garch.ts";
import { fitHeterogeneous, forecastHeterogeneous } from "./heterogeneous-autoregression.ts";
import { rangeVariance } from "./range-variance.ts";

const reference = readReference<{
  readonly returns: readonly number[];
  readonly garch: readonly number[];
  readonly logLikelihood: number;
  readonly forecast: readonly number[];
  readonly variances: readonly number[];
  readonly heterogeneous: readonly {
    horizonDays: number;
    logarithmic: boolean;
    coefficients: readonly number[];
    residualVariance: number;
  }[];
}>("volatility.json");
const returns = Float64Array.from(reference.returns);
const variances = Float64Array.from(reference.variances);

describe("fitGarch", () => {
  it("fits what arch fits", () => {
    const fit = fitGarch(returns);

    expect(fit.status).toBe("optimal");
    const found = [fit.mean, fit.constant, fit.shock, fit.persistence];
    expect(largestDifference(found, reference.garch)).toBeLessThan(1e-4);
    expect(fit.logLikelihood).toBeCloseTo(reference.logLikelihood, 5);
    expect(largestDifference(forecastGarch(fit, 5), reference.forecast)).toBeLessThan(1e-3);
  });

  it("finds the same model in any unit", () => {
    const fit = fitGarch(returns);
    for (const size of [1e-80, 1e80]) {
      const scaled = fitGarch(returns.map((value) => value * size));

      expect(scaled.shock).toBeCloseTo(fit.shock, 6);
      expect(scaled.persistence).toBeCloseTo(fit.persistence, 6);
      expect(scaled.nextVariance / size ** 2).toBeCloseTo(fit.nextVariance, 6);
    }
  });

  it("has an answer for returns without clusters, without variance and with one jump", () => {
    const plain = fitGarch(normals(400, 1));
    const jump = fitGarch(normals(400, 2).map((value, t) => (t === 200 ? 1e6 : value)));

    for (const fit of [plain, jump]) {
      expect(Number.isFinite(fit.logLikelihood)).toBe(true);
      expect(fit.shock + fit.persistence).toBeLessThanOrEqual(1);
      expect(fit.nextVariance).toBeGreaterThan(0);
    }
    expect(fitGarch(new Float64Array(100).fill(0.1))).toMatchObject({
      status: "flat",
      nextVariance: 0,
    });
  });

  it("refuses too few returns, and what is not a return", () => {
    expect(() => fitGarch(new Float64Array(99))).toThrow("99 returns are too few");
    expect(() => fitGarch(new Float64Array(100).fill(Number.NaN))).toThrow("return 0 is NaN");
  });
});

describe("fitHeterogeneous", () => {
  it.each(reference.heterogeneous)(
    "fits what statsmodels fits over $horizonDays days",
    (expected) => {
      const { model, residualVariance } = fitHeterogeneous(expected, variances);

      const found = [model.intercept, ...model.coefficients];
      expect(largestDifference(found, expected.coefficients)).toBeLessThan(1e-9);
      expect(residualVariance).toBeCloseTo(expected.residualVariance, 10);
    },
  );

  it("forecasts within what has been seen, and the next days last", () => {
    const spec = { horizonDays: 1, logarithmic: true };
    const fit = fitHeterogeneous(spec, variances);
    const forecasts = forecastHeterogeneous(fit, variances);

    expect(forecasts).toHaveLength(279);
    expect(Math.min(...forecasts)).toBeGreaterThanOrEqual(fit.least);
    const [a = 0, b = 0, c = 0] = fit.model.coefficients;
    const mean = (days: number) =>
      Math.log(variances.subarray(300 - days).reduce((sum, v) => sum + v / days, 0));
    const byHand = fit.model.intercept + a * mean(1) + b * mean(5) + c * mean(22);
    expect(forecasts[278]).toBeCloseTo(Math.exp(byHand + fit.residualVariance / 2), 12);
    const wild = variances.map((v, t) => (t === 299 ? 1e9 : v));
    expect(forecastHeterogeneous(fit, wild)[278]).toBe(fit.largest);
  });

  it("fits constant variances and variances of any size", () => {
    const spec = { horizonDays: 5, logarithmic: true };
    const constant = new Float64Array(60).fill(4);

    expect(forecastHeterogeneous(fitHeterogeneous(spec, constant), constant)[0]).toBeCloseTo(4, 12);
    for (const size of [1e-90, 1e90]) {
      const scaled = variances.map((v) => v * size);
      const forecasts = forecastHeterogeneous(fitHeterogeneous(spec, scaled), scaled);
      expect(forecasts.every((v) => v > 0 && Number.isFinite(v))).toBe(true);
    }
  });

  it("refuses too few days, and variances that are not positive", () => {
    const spec = { horizonDays: 1, logarithmic: false };

    expect(() => fitHeterogeneous(spec, variances.subarray(0, 30))).toThrow("30 variances");
    expect(() =>
      fitHeterogeneous(
        spec,
        variances.map((v, t) => (t === 9 ? 0 : v)),
      ),
    ).toThrow("variance 9 is 0");
    const fit = fitHeterogeneous(spec, variances);
    expect(() => forecastHeterogeneous(fit, variances.subarray(0, 21))).toThrow("fewer than 22");
  });
});

describe("exponentialVolatility", () => {
  it("weighs each day by hand", () => {
    // By hand: ½·4 + ½·2 = 3, ½·3 + ½·1 = 2.
    expect([...exponentialVolatility(Float64Array.of(2, 1), 0.5, 4)]).toEqual([3, 2]);
    expect(() => exponentialVolatility(Float64Array.of(-1), 0.5, 1)).toThrow("variance 0 is -1");
    expect(() => exponentialVolatility(Float64Array.of(1), 1, 1)).toThrow("decay 1");
  });
});

describe("rangeVariance", () => {
  it("adds night, range and change", () => {
    // By hand, with logarithms 0.1 (night), 0.2 (range) and 0.1 (change).
    const open = Math.exp(0.1);
    const day = {
      open,
      high: open * Math.exp(0.15),
      low: open * Math.exp(-0.05),
      close: open * Math.exp(0.1),
    };

    const expected = 0.01 + 0.02 - (2 * Math.LN2 - 1) * 0.01;
    expect(rangeVariance(1, day)).toBeCloseTo(expected, 14);
  });

  it("is not negative for prices that contradict each other", () => {
    expect(rangeVariance(1, { open: 1, high: 1, low: 1, close: 2 })).toBeCloseTo(Math.LN2 ** 2, 14);
    expect(() => rangeVariance(1, { open: 1, high: 1, low: 2, close: 1 })).toThrow("below the low");
    expect(() => rangeVariance(0, { open: 1, high: 1, low: 1, close: 1 })).toThrow("price is 0");
  });
});
