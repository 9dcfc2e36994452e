import { describe, expect, it } from "vitest";
import { largestDifference, matrixOf, readReference } from "../../test/reference.ts";
import { benchmarkFigures } from "./benchmark-figures.ts";
import { calendarReturns } from "./calendar-returns.ts";
import { worstDrawdowns } from "./drawdowns.ts";
import { factorAttribution } from "./factor-attribution.ts";
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

interface Reference {
  riskFree: number;
  days: number[];
  returns: number[];
  benchmark: number[];
  compoundReturnPerYear: number;
  sharpe: Record<string, number> & { trials: { count: number; variance: number } };
  tails: Record<string, number>;
  drawdowns: { worst: { depth: number; recoveryIndex: number | null }[]; ulcer: number };
  calendar: {
    months: [number, number, number][];
    years: [number, number][];
    hitRate: number;
    monthlyHitRate: number;
  };
  benchmarkFigures: Record<string, number>;
  rolling: { window: number; every: number } & Record<string, number[]>;
  factors: {
    lags: number;
    names: string[];
    returns: number[];
    coefficients: number[];
    errors: number[];
    rSquared: number;
    residualDeviation: number;
  };
  overfitting: {
    blocks: number;
    returns: number[];
    strategyCount: number;
    probability: number;
    logitSum: number;
    splitCount: number;
    degradationSlope: number;
    lossProbability: number;
    trialVariance: number;
  };
}

// Made by make_performance.py: two years of the mean of 20 stocks against their index.
const reference = readReference<Reference>("performance.json");
const returns = Float64Array.from(reference.returns);
const benchmark = Float64Array.from(reference.benchmark);
const riskFree = returns.map(() => reference.riskFree);
const excess = returns.map((value) => value - reference.riskFree);
const days = Int32Array.from(reference.days);

function expectFigures(actual: object, expected: Record<string, unknown>, names: string[]): void {
  for (const name of names) {
    const value = Reflect.get(actual, name);
    expect(Math.abs(value / Number(expected[name]) - 1), name).toBeLessThan(1e-11);
  }
}

describe("performance of real prices", () => {
  it("has the Sharpe ratio, errors and probabilities of the papers' formulas", () => {
    const estimate = sharpeRatio(excess);

    if (estimate === undefined) {
      throw new Error("there is a ratio");
    }
    const { threshold, trials } = reference.sharpe;
    expectFigures(
      {
        ...estimate,
        probabilistic: probabilisticSharpe(estimate, Number(threshold)),
        minimumTrackRecord: minimumTrackRecord(estimate, Number(threshold), 0.95),
        expectedMaximum: expectedMaximumSharpe(trials),
        deflated: deflatedSharpe(estimate, trials),
      },
      reference.sharpe,
      [
        "ratio",
        "skewness",
        "kurtosis",
        "standardErrorNormal",
        "standardError",
        "probabilistic",
        "minimumTrackRecord",
        "expectedMaximum",
        "deflated",
      ],
    );
  });

  it("has the tails of NumPy and skfolio", () => {
    const figures = tailFigures(excess, { target: 0, level: 0.95 });
    const losses = tailFigures(returns, { target: 0, level: 0.95 });

    expectFigures(figures, reference.tails, ["downsideDeviation", "sortino", "omega"]);
    expectFigures(losses, reference.tails, ["tailRatio", "valueAtRisk", "conditionalValueAtRisk"]);
  });

  it("has the drawdowns found by scanning the curve", () => {
    const found = worstDrawdowns(growthOf(returns), 5);

    expect(
      found.map((one) => ({ ...one, depth: 0, recoveryIndex: one.recoveryIndex ?? null })),
    ).toEqual(reference.drawdowns.worst.map((one) => ({ ...one, depth: 0 })));
    expect(
      largestDifference(
        found.map((one) => one.depth),
        reference.drawdowns.worst.map((one) => one.depth),
      ),
    ).toBeLessThan(1e-13);
  });

  it("has the months and years of pandas", () => {
    const { months, years } = calendarReturns(days, returns);

    expect(months.map(({ year, month }) => [year, month])).toEqual(
      reference.calendar.months.map(([year, month]) => [year, month]),
    );
    expect(
      largestDifference(
        months.map((one) => one.compoundReturn),
        reference.calendar.months.map(([, , value]) => value),
      ),
    ).toBeLessThan(1e-13);
    expect(
      largestDifference(
        years.map((one) => one.compoundReturn),
        reference.calendar.years.map(([, value]) => value),
      ),
    ).toBeLessThan(1e-13);
  });

  it("has the regression of statsmodels and the captures against the benchmark", () => {
    const figures = benchmarkFigures(returns, benchmark, riskFree);

    expectFigures(figures, reference.benchmarkFigures, Object.keys(figures));
    expect(Object.keys(figures)).toHaveLength(9);
  });

  it("has the rolling figures of pandas", () => {
    const { window, every } = reference.rolling;

    const figures = rollingFigures({ returns, riskFree, benchmark }, window);

    expect(figures.compoundReturns).toHaveLength(returns.length - window + 1);
    for (const [name, values] of Object.entries(figures)) {
      const picked = Float64Array.from(values ?? []).filter((_, k) => k % every === 0);
      expect(largestDifference(picked, reference.rolling[name] ?? []), name).toBeLessThan(1e-10);
    }
  });

  it("has the coefficients and robust errors of statsmodels", () => {
    const { factors } = reference;
    const panel = matrixOf(factors.returns, factors.names.length);

    const answer = factorAttribution(excess.slice(-panel.rows), panel, factors.lags);

    if (answer.status !== "explained") {
      throw new Error("the factors differ");
    }
    const betas = answer.factors.map(({ beta }) => beta);
    const errors = answer.factors.map(({ betaStandardError }) => betaStandardError);
    expect(
      largestDifference([answer.alphaPerYear / 252, ...betas], factors.coefficients),
    ).toBeLessThan(1e-11);
    expect(
      largestDifference([answer.alphaStandardErrorPerYear / 252, ...errors], factors.errors),
    ).toBeLessThan(1e-11);
    expect(answer.rSquared).toBeCloseTo(factors.rSquared, 11);
    expect(answer.residualVolatilityPerYear / Math.sqrt(252)).toBeCloseTo(
      factors.residualDeviation,
      13,
    );
  });

  it("has the overfitting found by enumerating the splits", () => {
    const { overfitting } = reference;

    const figures = backtestOverfitting(
      matrixOf(overfitting.returns, overfitting.strategyCount),
      overfitting.blocks,
    );

    expect(figures.logits).toHaveLength(overfitting.splitCount);
    expect(figures.logits.reduce((sum, logit) => sum + logit, 0)).toBeCloseTo(
      overfitting.logitSum,
      10,
    );
    expect(figures.probability).toBe(overfitting.probability);
    expect(figures.degradationSlope).toBeCloseTo(overfitting.degradationSlope, 10);
    expect(figures.lossProbability).toBe(overfitting.lossProbability);
    expect(figures.trials.variance).toBeCloseTo(overfitting.trialVariance, 13);
    expect(figures.trials.count).toBe(overfitting.strategyCount);
  });

  it("is gathered in the tear sheet", () => {
    const sheet = tearSheet({
      days,
      returns,
      benchmark,
      riskFree,
      trials: reference.sharpe.trials,
      level: 0.95,
      sharpeThresholdPerYear: 0.5,
      drawdownCount: 5,
    });

    expect(sheet.compoundReturnPerYear).toBeCloseTo(reference.compoundReturnPerYear, 12);
    expect(sheet.sharpe?.deflated).toBeCloseTo(Number(reference.sharpe["deflated"]), 11);
    expect(sheet.ulcerIndex).toBeCloseTo(reference.drawdowns.ulcer, 12);
    expect(sheet.hitRate).toBe(reference.calendar.hitRate);
    expect(sheet.monthlyHitRate).toBe(reference.calendar.monthlyHitRate);
    expect(sheet.calmar).toBeCloseTo(
      reference.compoundReturnPerYear / (reference.drawdowns.worst[0]?.depth ?? 0),
      11,
    );
    expect(structuredClone(sheet)).toEqual(sheet);
  });
});
