import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArgumentError } from "../errors.ts";
import { matrixFromRows } from "../linalg/matrix.ts";
import { benchmarkFigures } from "./benchmark-figures.ts";
import { brinsonAttribution } from "./brinson.ts";
import { calendarReturns } from "./calendar-returns.ts";
import { drawdownSeries, worstDrawdowns } from "./drawdowns.ts";
import { factorAttribution } from "./factor-attribution.ts";
import { momentsOf } from "./moments.ts";
import { backtestOverfitting } from "./overfitting.ts";
import { growthOf } from "./return-series.ts";
import { rollingFigures } from "./rolling-figures.ts";
import {
  deflatedSharpe,
  expectedMaximumSharpe,
  minimumTrackRecord,
  probabilisticSharpe,
  sharpeRatio,
} from "./sharpe-ratio.ts";
import { tailFigures } from "./tail-figures.ts";
import { tearSheet } from "./tear-sheet.ts";

const dailyReturns = (minLength: number) =>
  fc.array(fc.double({ min: -0.3, max: 0.3, noNaN: true }), { minLength, maxLength: 60 });

describe("momentsOf", () => {
  it("is right by hand", () => {
    // Deviations −1, −1, −1, 3: m₂ = 3, m₃ = 6, m₄ = 21.
    expect(momentsOf(Float64Array.of(0, 0, 0, 4))).toEqual({
      count: 4,
      mean: 1,
      standardDeviation: 2,
      skewness: expect.closeTo(6 / 3 ** 1.5, 14),
      kurtosis: expect.closeTo(21 / 9, 14),
    });
  });

  it("sees no spread in the rounding of a constant series", () => {
    expect(momentsOf(new Float64Array(77).fill(0.1))).toMatchObject({
      standardDeviation: 0,
      skewness: undefined,
    });
  });

  it("neither overflows nor underflows", () => {
    for (const size of [1e150, 1e-150]) {
      const moments = momentsOf(Float64Array.of(size, -size, size, -size));
      expect(moments.kurtosis).toBeCloseTo(1, 12);
      expect(moments.standardDeviation / size).toBeCloseTo(Math.sqrt(4 / 3), 12);
    }
  });

  it("refuses what has no moments", () => {
    expect(() => momentsOf(Float64Array.of(1))).toThrow(ArgumentError);
    expect(() => momentsOf(Float64Array.of(1, Number.NaN))).toThrow(ArgumentError);
  });
});

describe("Sharpe ratios", () => {
  // Bailey & López de Prado (2014), the example on page 99: five years of daily returns with a
  // yearly ratio of 2.5 in years of 250 days, skewness −3 and kurtosis 10, the best of 100 trials
  // whose yearly ratios have the variance ½.
  const estimate = { ratio: 2.5 / Math.sqrt(250), count: 1250, skewness: -3, kurtosis: 10 };
  const variance = 0.5 / 250;

  it("are deflated as in the paper's example", () => {
    expect(expectedMaximumSharpe({ count: 100, variance })).toBeCloseTo(0.1132, 4);
    expect(deflatedSharpe(estimate, { count: 100, variance })).toBeCloseTo(0.9004, 4);
  });

  it("pass the paper's 95 % with 46 trials, or with 88 if returns are normal", () => {
    expect(deflatedSharpe(estimate, { count: 46, variance })).toBeCloseTo(0.9505, 4);
    const normal = { ...estimate, skewness: 0, kurtosis: 3 };
    expect(deflatedSharpe(normal, { count: 88, variance })).toBeCloseTo(0.9505, 3);
  });

  it("need as many days as make the probability the confidence", () => {
    const threshold = 0.1;
    const count = minimumTrackRecord(estimate, threshold, 0.9);

    expect(probabilisticSharpe({ ...estimate, count }, threshold)).toBeCloseTo(0.9, 12);
    expect(minimumTrackRecord(estimate, estimate.ratio, 0.9)).toBe(Number.POSITIVE_INFINITY);
  });

  it("do not exist for constant returns", () => {
    expect(sharpeRatio(new Float64Array(20).fill(0.001))).toBeUndefined();
  });

  it("are not deflated by a single trial, and never upward", () => {
    expect(expectedMaximumSharpe({ count: 1, variance: 1 })).toBe(0);
    expect(expectedMaximumSharpe({ count: 1.1, variance: 1 })).toBe(0);
    expect(() => expectedMaximumSharpe({ count: 0, variance: 1 })).toThrow(ArgumentError);
    expect(() => expectedMaximumSharpe({ count: 5, variance: -1 })).toThrow(ArgumentError);
    expect(() => minimumTrackRecord(estimate, 0, 1)).toThrow(ArgumentError);
  });

  it("have probabilities within 0 and 1 for any returns", () => {
    fc.assert(
      fc.property(dailyReturns(2), fc.double({ min: -3, max: 3, noNaN: true }), (values, bar) => {
        const found = sharpeRatio(Float64Array.from(values));
        if (found !== undefined) {
          const probability = probabilisticSharpe(found, bar);
          expect(probability).toBeGreaterThanOrEqual(0);
          expect(probability).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe("tailFigures", () => {
  it("is right by hand", () => {
    // Gains 3, losses 2 of which the squares are 2; the worst 1.5 of 4 are −1 and half of −1.
    const figures = tailFigures(Float64Array.of(-1, 2, -1, 1), { target: 0, level: 0.625 });

    expect(figures).toMatchObject({
      downsideDeviation: Math.SQRT1_2,
      sortino: 0.25 / Math.SQRT1_2,
      omega: 1.5,
      conditionalValueAtRisk: 1,
    });
  });

  it("leaves out ratios to losses that never happened", () => {
    expect(tailFigures(Float64Array.of(0, 0), { target: 0, level: 0.95 })).toEqual({
      downsideDeviation: 0,
      sortino: undefined,
      omega: undefined,
      tailRatio: undefined,
      valueAtRisk: 0,
      conditionalValueAtRisk: 0,
    });
  });

  it("has a conditional value at risk that is at least the value at risk of whole tails", () => {
    fc.assert(
      fc.property(dailyReturns(2), (values) => {
        const { valueAtRisk, conditionalValueAtRisk } = tailFigures(Float64Array.from(values), {
          target: 0,
          level: 1 - 1 / values.length,
        });
        expect(conditionalValueAtRisk).toBeGreaterThanOrEqual(valueAtRisk - 1e-12);
      }),
    );
  });

  it("refuses an empty series and a level outside 0 and 1", () => {
    expect(() => tailFigures(new Float64Array(), { target: 0, level: 0.9 })).toThrow(ArgumentError);
    expect(() => tailFigures(Float64Array.of(1), { target: 0, level: 1 })).toThrow(ArgumentError);
  });
});

describe("worstDrawdowns", () => {
  it("separates falls by the recovery of their peak", () => {
    // 2 falls to 1 and recovers at index 4; 3 falls to 2 and to 2.4 without recovery.
    const growth = Float64Array.of(1, 2, 1, 1.5, 2, 3, 2, 2.4);

    expect(worstDrawdowns(growth, 3)).toEqual([
      { depth: 0.5, peakIndex: 1, troughIndex: 2, recoveryIndex: 4 },
      { depth: expect.closeTo(1 / 3, 14), peakIndex: 5, troughIndex: 6, recoveryIndex: undefined },
    ]);
    expect(worstDrawdowns(growth, 1)).toHaveLength(1);
  });

  it("is empty for a curve that never falls, and says when the count is not valid", () => {
    expect(worstDrawdowns(Float64Array.of(1, 1, 2), 5)).toEqual([]);
    expect(() => worstDrawdowns(Float64Array.of(1), 0)).toThrow(ArgumentError);
  });

  it("does not overlap, and the deepest is the largest drawdown of the series", () => {
    fc.assert(
      fc.property(dailyReturns(1), (values) => {
        const growth = growthOf(Float64Array.from(values));
        const found = worstDrawdowns(growth, 100);
        const depths = drawdownSeries(growth);

        expect(found[0]?.depth ?? 0).toBe(Math.max(...depths));
        const byTime = found.toSorted((a, b) => a.peakIndex - b.peakIndex);
        for (const [k, one] of byTime.entries()) {
          expect(byTime[k + 1]?.peakIndex ?? growth.length).toBeGreaterThanOrEqual(
            one.recoveryIndex ?? growth.length,
          );
        }
      }),
    );
  });
});

describe("calendarReturns", () => {
  it("cuts at month and year", () => {
    // 2019-12-30, 2019-12-31, 2020-01-02, 2020-02-28, 2020-02-29.
    const days = Int32Array.of(18260, 18261, 18263, 18320, 18321);

    const { months, years } = calendarReturns(days, Float64Array.of(0.1, 0.1, -0.5, 1, 0));

    expect(months.map(({ year, month, dayCount }) => [year, month, dayCount])).toEqual([
      [2019, 12, 2],
      [2020, 1, 1],
      [2020, 2, 2],
    ]);
    expect(years).toEqual([
      { year: 2019, compoundReturn: expect.closeTo(0.21, 12), dayCount: 2 },
      { year: 2020, compoundReturn: expect.closeTo(0, 12), dayCount: 3 },
    ]);
  });

  it("refuses days that do not ascend", () => {
    expect(() => calendarReturns(Int32Array.of(2, 2), Float64Array.of(0, 0))).toThrow(
      ArgumentError,
    );
  });
});

describe("benchmarkFigures", () => {
  it("finds the beta and alpha that the series was made with", () => {
    const benchmark = Float64Array.of(0.01, -0.02, 0.03, 0.004, -0.01);
    const returns = benchmark.map((value) => 0.0002 + 1.5 * value);

    const figures = benchmarkFigures(returns, benchmark, new Float64Array(5));

    expect(figures.beta).toBeCloseTo(1.5, 12);
    expect(figures.alphaPerYear).toBeCloseTo(0.0504, 12);
    expect(figures.correlation).toBeCloseTo(1, 12);
  });

  it("leaves out what a constant benchmark does not define", () => {
    const flat = new Float64Array(3);

    expect(benchmarkFigures(Float64Array.of(0.1, 0.2, 0), flat, flat)).toMatchObject({
      beta: undefined,
      alphaPerYear: undefined,
      correlation: undefined,
      treynorPerYear: undefined,
      upCapture: undefined,
      downCapture: undefined,
    });
  });

  it("shows no tracking error against itself", () => {
    const returns = Float64Array.of(0.01, -0.02, 0.03);

    expect(benchmarkFigures(returns, returns, new Float64Array(3))).toMatchObject({
      trackingErrorPerYear: 0,
      informationRatio: undefined,
      upCapture: 1,
      downCapture: 1,
      battingAverage: 0,
    });
  });
});

describe("rollingFigures", () => {
  it("is NaN where nothing varies, and empty for a short series", () => {
    const returns = new Float64Array(5).fill(0.01);
    const input = { returns, riskFree: new Float64Array(5), benchmark: returns };

    expect(rollingFigures(input, 3).sharpesPerYear).toEqual(new Float64Array(3).fill(Number.NaN));
    expect(rollingFigures(input, 3).betas).toEqual(new Float64Array(3).fill(Number.NaN));
    expect(rollingFigures(input, 6).volatilitiesPerYear).toHaveLength(0);
    expect(() => rollingFigures(input, 1)).toThrow(ArgumentError);
  });
});

describe("brinsonAttribution", () => {
  it("splits one period by hand", () => {
    // Benchmark 0.5·10 % + 0.5·2 % = 6 %; portfolio 0.7·12 % + 0.3·1 % = 8.7 %.
    const answer = brinsonAttribution({
      portfolioWeights: matrixFromRows([[0.7, 0.3]]),
      portfolioReturns: matrixFromRows([[0.12, 0.01]]),
      benchmarkWeights: matrixFromRows([[0.5, 0.5]]),
      benchmarkReturns: matrixFromRows([[0.1, 0.02]]),
    });

    expect([...answer.allocation]).toEqual([expect.closeTo(0.008, 12), expect.closeTo(0.008, 12)]);
    expect([...answer.selection]).toEqual([expect.closeTo(0.01, 12), expect.closeTo(-0.005, 12)]);
    expect([...answer.interaction]).toEqual([expect.closeTo(0.004, 12), expect.closeTo(0.002, 12)]);
  });

  it("adds up to the difference of the compound returns over any periods", () => {
    const row = fc.tuple(
      fc.double({ min: -1, max: 2, noNaN: true }),
      fc.double({ min: -0.2, max: 0.2, noNaN: true }),
      fc.double({ min: -0.2, max: 0.2, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (rows) => {
        const answer = brinsonAttribution({
          portfolioWeights: matrixFromRows(rows.map(([w]) => [w, 1 - w])),
          portfolioReturns: matrixFromRows(rows.map(([, a, b]) => [a, b])),
          benchmarkWeights: matrixFromRows(rows.map(() => [0.4, 0.6])),
          benchmarkReturns: matrixFromRows(rows.map(([, a, b]) => [b / 2, a])),
        });
        const total = [answer.allocation, answer.selection, answer.interaction]
          .flatMap((values) => [...values])
          .reduce((sum, value) => sum + value, 0);

        expect(total).toBeCloseTo(answer.portfolioReturn - answer.benchmarkReturn, 11);
      }),
    );
  });

  it("refuses weights that do not sum to 1, other shapes and a loss of everything", () => {
    const one = matrixFromRows([[1]]);
    const full = {
      portfolioWeights: one,
      portfolioReturns: one,
      benchmarkWeights: one,
      benchmarkReturns: one,
    };

    expect(() =>
      brinsonAttribution({ ...full, portfolioWeights: matrixFromRows([[0.5]]) }),
    ).toThrow(ArgumentError);
    expect(() =>
      brinsonAttribution({ ...full, portfolioReturns: matrixFromRows([[1, 1]]) }),
    ).toThrow(ArgumentError);
    expect(() => brinsonAttribution({ ...full, portfolioReturns: matrixFromRows([[-1]]) })).toThrow(
      ArgumentError,
    );
  });
});

describe("factorAttribution", () => {
  it("finds exact exposures, and they add up to the mean and the variance", () => {
    const factors = matrixFromRows([
      [0.01, 0.02],
      [-0.01, 0.03],
      [0.02, -0.01],
      [0, 0.01],
      [0.015, 0],
    ]);
    const returns = Float64Array.from(
      { length: 5 },
      (_, t) => 0.001 + 2 * factors.values[t * 2] - factors.values[t * 2 + 1],
    );

    const answer = factorAttribution(returns, factors, 1);

    expect(answer).toMatchObject({
      status: "explained",
      alphaPerYear: expect.closeTo(0.252, 12),
      rSquared: expect.closeTo(1, 12),
    });
    const exposures = answer.status === "explained" ? answer.factors : [];
    expect(exposures.map(({ beta }) => beta)).toEqual([
      expect.closeTo(2, 12),
      expect.closeTo(-1, 12),
    ]);
    expect(exposures.reduce((sum, one) => sum + (one.varianceShare ?? 0), 0)).toBeCloseTo(1, 12);
  });

  it("says when factors repeat each other or stand still", () => {
    const returns = Float64Array.of(0.01, 0.02, 0, 0.01, 0.03);
    const twice = matrixFromRows([1, 2, 4, 3, 5].map((x) => [x, 2 * x]));
    const still = matrixFromRows([0.1, 0.1, 0.1, 0.1, 0.1].map((x) => [x]));

    expect(factorAttribution(returns, twice, 0)).toEqual({ status: "collinear" });
    expect(factorAttribution(returns, still, 0)).toEqual({ status: "collinear" });
    expect(() => factorAttribution(returns, still, 5)).toThrow(ArgumentError);
    expect(() => factorAttribution(Float64Array.of(1, 2), still, 0)).toThrow(ArgumentError);
  });
});

describe("backtestOverfitting", () => {
  it("is certain for strategies that are opposites in every block", () => {
    // What is best in one half is worst in the other: one strategy gains where the other loses.
    const rows = Array.from({ length: 8 }, (_, t) => {
      const gain = (t < 4 ? 1 : -1) * (1 + (t % 2));
      return [gain, -gain];
    });

    expect(backtestOverfitting(matrixFromRows(rows), 2)).toMatchObject({
      probability: 1,
      lossProbability: 1,
    });
  });

  it("is nil for a strategy that is always best", () => {
    const rows = Array.from({ length: 24 }, (_, t) => [
      0.01 + 0.001 * (t % 2),
      0.001 * (t % 3) - 0.01,
    ]);

    expect(backtestOverfitting(matrixFromRows(rows), 4).probability).toBe(0);
  });

  it("refuses odd numbers of blocks and too little data", () => {
    const panel = matrixFromRows([
      [1, 2],
      [3, 4],
      [0, 1],
    ]);

    expect(() => backtestOverfitting(panel, 3)).toThrow(ArgumentError);
    expect(() => backtestOverfitting(panel, 20)).toThrow(ArgumentError);
    expect(() => backtestOverfitting(panel, 2)).toThrow(ArgumentError);
  });
});

describe("tearSheet", () => {
  const options = { level: 0.95, sharpeThresholdPerYear: 0, drawdownCount: 3 };

  it("has no NaN for a series that stands still", () => {
    const sheet = tearSheet({
      days: Int32Array.of(1, 2, 3),
      returns: new Float64Array(3),
      ...options,
    });

    expect(sheet).toMatchObject({
      totalReturn: 0,
      volatilityPerYear: 0,
      sharpe: undefined,
      calmar: undefined,
      drawdowns: [],
      hitRate: 0,
    });
  });

  it("survives the loss of everything", () => {
    const sheet = tearSheet({
      days: Int32Array.of(1, 2, 3),
      returns: Float64Array.of(0.1, -1, 0),
      ...options,
    });

    expect(sheet.compoundReturnPerYear).toBe(-1);
    expect(sheet.drawdowns[0]).toEqual({
      depth: 1,
      peakIndex: 1,
      troughIndex: 2,
      recoveryIndex: undefined,
    });
  });

  it("has no NaN for any returns, or says what is wrong with them", () => {
    const anything = fc.oneof(
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.constantFrom(0, -1, 1e-300, 1e-150, 1e50, 1e150, Number.NaN, Number.POSITIVE_INFINITY),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anything, anything), { minLength: 2, maxLength: 40 }),
        (pairs) => {
          const input = {
            days: Int32Array.from(pairs.keys()),
            returns: Float64Array.from(pairs, ([value]) => value),
            benchmark: Float64Array.from(pairs, ([, value]) => value),
            ...options,
          };
          const sheet = refusalOr(() => tearSheet(input));
          // A track record that never suffices is infinite on purpose.
          expect(JSON.stringify({ sheet }, nameOfNotANumber)).not.toContain("not a number");
        },
      ),
      { numRuns: 500 },
    );
  });

  it("refuses series of different lengths", () => {
    expect(() =>
      tearSheet({ days: Int32Array.of(1), returns: Float64Array.of(0, 0), ...options }),
    ).toThrow(ArgumentError);
  });
});

function refusalOr<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch (error) {
    expect(error).toBeInstanceOf(ArgumentError);
    return undefined;
  }
}

function nameOfNotANumber(_key: string, value: unknown): unknown {
  return Number.isNaN(value) ? "not a number" : value;
}
