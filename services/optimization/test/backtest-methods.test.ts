import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CalendarPeriod } from "@portfolio/gen/portfolio/optimization/v1/backtest_pb.js";
import { type Closes, readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { describe, expect, it } from "vitest";
import type { Spec } from "./backtest-specs.ts";
import { resultOf } from "./run-backtest-spec.ts";

// Made by NumPy, CVXPY, skfolio and statsmodels: see reference/make-backtest-methods.py.
const reference: {
  readonly symbols: string[];
  readonly start_date: string;
  readonly end_date: string;
  readonly train_days: number;
  readonly universe: { readonly values: number[]; readonly weights: number[][] };
  readonly grid: {
    readonly choices: number[];
    readonly sharpe_ratios: number[];
    readonly deflated: number;
  };
  readonly plan: { readonly weights: number[][]; readonly final_value: number };
  readonly stacking: number[];
  readonly brinson: {
    readonly effects: number[][];
    readonly portfolio: number;
    readonly benchmark: number;
  };
  readonly factors: {
    readonly alpha: number;
    readonly alpha_error: number;
    readonly betas: number[];
    readonly errors: number[];
    readonly r_squared: number;
  };
} = JSON.parse(readFileSync(join(import.meta.dirname, "reference/backtest-methods.json"), "utf8"));

const sample = readSampleCloses();
const SAMPLE_COVARIANCE = { method: { case: "sample", value: {} } } as const;
const INVERSE = { objective: { goal: { case: "inverseVolatility", value: {} } } } as const;
const EQUAL = { objective: { goal: { case: "equalWeight", value: {} } } } as const;
const MINIMUM = { objective: { goal: { case: "minimumVariance", value: {} } } } as const;

type Strategies = NonNullable<Spec["strategies"]>;

function walking(strategies: Strategies, walk: object, rest: Partial<Spec> = {}): Spec {
  return {
    symbols: reference.symbols,
    startDate: reference.start_date,
    endDate: reference.end_date,
    strategies,
    validation: {
      case: "walkForward",
      value: {
        trainDays: reference.train_days,
        rebalance: { case: "period", value: CalendarPeriod.QUARTER },
        executionLagDays: 0,
        ...walk,
      },
    },
    ...rest,
  } as Spec;
}

/** Leaves out days of some symbols. */
function without(isMissing: (symbol: string, day: string) => boolean): Closes {
  return new Map(
    [...sample].map(([symbol, history]) => [
      symbol,
      new Map([...history].filter(([day]) => !isMissing(symbol, day))),
    ]),
  );
}

function expectRows(
  values: readonly number[] | undefined,
  rows: readonly number[][],
  digits: number,
) {
  const flat = rows.flat();
  expect(values).toHaveLength(flat.length);
  for (const [k, value] of flat.entries()) {
    expect(values?.[k]).toBeCloseTo(value, digits);
  }
}

describe("a universe that changes", () => {
  // KO ends, XOM begins, PG leaves, and AAPL has a gap of two days.
  const closes = without(
    (symbol, day) =>
      (symbol === "KO" && day > "2017-05-10") ||
      (symbol === "XOM" && day < "2016-09-01") ||
      (symbol === "AAPL" && (day === "2017-02-07" || day === "2017-02-08")),
  );
  const spec = walking(
    [{ name: "Inverse", optimization: { ...INVERSE, covariance: SAMPLE_COVARIANCE } }],
    {
      executionLagDays: 1,
      costs: {
        linearRate: 0.001,
        impact: {
          coefficient: 0.8,
          windowDays: 40,
          defaultTradedAmount: 1e6,
          tradedAmounts: { AAPL: 5e6, JPM: 4e6, KO: 3e6, PG: 2e6 },
        },
      },
    },
    {
      cashRatePerYear: 0.02,
      universe: {
        memberships: [{ symbol: "PG", toDate: "2017-06-30" }],
        delistingReturns: { KO: -0.3 },
      },
    },
  );

  it("has the values of the other simulation, with impact and a delisting", async () => {
    const { strategies } = await resultOf(spec, closes);
    const [own] = strategies;

    expectRows(own?.weights?.values, reference.universe.weights, 10);
    expect(own?.values?.values).toHaveLength(reference.universe.values.length);
    for (const [t, value] of reference.universe.values.entries()) {
      expect((own?.values?.values[t] ?? 0) / value).toBeCloseTo(1, 10);
    }
  });

  it("decides the same whatever comes later", async () => {
    const shifted = new Map(
      [...closes].map(([symbol, history]) => [
        symbol,
        new Map(
          [...history]
            .filter(([day]) => symbol !== "AAPL" || day <= "2017-02-06")
            .map(([day, close]) => [day, day > "2017-02-06" ? close * 3 : close]),
        ),
      ]),
    );
    const [before, after] = await Promise.all([resultOf(spec, closes), resultOf(spec, shifted)]);

    const known = before.strategies[0]?.rebalances.filter(
      ({ executionDate }) => executionDate <= "2017-02-06",
    );
    expect(known).toHaveLength(3);
    expect(after.strategies[0]?.rebalances.slice(0, 3)).toEqual(known);
    expect(after.strategies[0]?.weights?.values.slice(0, 15)).toEqual(
      before.strategies[0]?.weights?.values.slice(0, 15),
    );
  });
});

describe("a grid", () => {
  const spec = walking(
    [
      {
        name: "Tuned",
        optimization: {
          ...INVERSE,
          covariance: { method: { case: "exponential", value: { halfLifeDays: 30 } } },
        },
        method: {
          case: "grid",
          value: {
            parameters: [{ field: "covariance.exponential.half_life_days", values: [10, 60] }],
            alternatives: [EQUAL],
            trainDays: 60,
            testDays: 20,
          },
        },
      },
    ],
    { executionLagDays: 1 },
  );

  it("chooses by the training days as nested walks in NumPy do, and counts its trials", async () => {
    const { strategies, overfitting } = await resultOf(spec, sample);
    const { grid, tearSheet } = strategies[0] ?? {};

    expect(grid?.choices).toEqual(reference.grid.choices);
    for (const [c, sharpe] of reference.grid.sharpe_ratios.entries()) {
      expect(grid?.candidates[c]?.sharpeRatio).toBeCloseTo(sharpe, 9);
    }
    expect(grid?.candidates.map(({ name }) => name)).toEqual([
      "covariance.exponential.half_life_days = 10",
      "covariance.exponential.half_life_days = 60",
      "Alternative 1",
    ]);
    expect(grid?.candidates.map(({ choiceCount }) => choiceCount)).toEqual([4, 1, 1]);
    expect(grid?.deflatedSharpe).toBeCloseTo(reference.grid.deflated, 9);
    expect(overfitting?.trialCount).toBe(3);
    expect(grid?.overfitting).toEqual(overfitting);
    expect(tearSheet?.deflatedSharpe).toBeLessThan(tearSheet?.probabilisticSharpe ?? 0);
  });
});

describe("a plan of several periods", () => {
  it("trades as CVXPY does at nonlinear costs, decision by decision", async () => {
    const { strategies } = await resultOf(
      walking(
        [
          {
            name: "Planned",
            optimization: {
              covariance: SAMPLE_COVARIANCE,
              constraints: { defaultMax: 0.5 },
            },
            method: {
              case: "multiPeriod",
              value: { periodCount: 3, riskAversion: 5, returnPersistence: 0.5 },
            },
          },
        ],
        {
          costs: {
            linearRate: 0.003,
            impact: { coefficient: 1, defaultTradedAmount: 5e6 },
          },
        },
      ),
      sample,
    );
    const [own] = strategies;

    expect(own?.failedDecisions).toEqual([]);
    expectRows(own?.weights?.values, reference.plan.weights, 6);
    const last = own?.values?.values.at(-1) ?? 0;
    expect(last / reference.plan.final_value).toBeCloseTo(1, 7);
  });
});

describe("an ensemble", () => {
  const ensemble = (value: object): Strategies[number] => ({
    name: "Mixed",
    optimization: { ...INVERSE, covariance: SAMPLE_COVARIANCE },
    method: {
      case: "ensemble",
      value: { members: [{ ...MINIMUM, covariance: SAMPLE_COVARIANCE }], ...value },
    },
  });

  it("stacks as skfolio does", async () => {
    const stacking = { ...MINIMUM, covariance: SAMPLE_COVARIANCE };
    const { strategies } = await resultOf(walking([ensemble({ stacking })], {}), sample);

    expectRows(strategies[0]?.weights?.values.slice(0, 5), [reference.stacking], 6);
  });

  it("mixes in the shares that are given", async () => {
    const alone = { name: "Alone", optimization: { ...INVERSE, covariance: SAMPLE_COVARIANCE } };
    const { strategies } = await resultOf(
      walking([ensemble({ shares: [1, 0] }), alone], {}),
      sample,
    );

    expect(strategies[0]?.weights).toEqual(strategies[1]?.weights);
  });
});

describe("attribution", () => {
  it("splits returns by groups and by factors as NumPy and statsmodels do", async () => {
    const { strategies, benchmark } = await resultOf(
      walking(
        [{ name: "Equal", optimization: EQUAL }],
        {},
        {
          benchmark: [
            { symbol: "JPM", weight: 0.5 },
            { symbol: "KO", weight: 0.5 },
          ],
          cashRatePerYear: 0.02,
          attributionGroups: [
            { name: "Technology", symbols: ["AAPL"] },
            { name: "Banks", symbols: ["JPM"] },
            { name: "Staples", symbols: ["ko", "PG"] },
          ],
          factorSymbols: ["SP500", "CVX"],
        },
      ),
      sample,
    );
    const { brinson, factors } = strategies[0] ?? {};

    const names = ["Technology", "Banks", "Staples", "Other", "Cash"];
    expect(brinson?.groups.map(({ name }) => name)).toEqual(names);
    for (const [g, [allocation, selection, interaction]] of reference.brinson.effects.entries()) {
      expect(brinson?.groups[g]?.allocation).toBeCloseTo(allocation ?? 1, 10);
      expect(brinson?.groups[g]?.selection).toBeCloseTo(selection ?? 1, 10);
      expect(brinson?.groups[g]?.interaction).toBeCloseTo(interaction ?? 1, 10);
    }
    expect(brinson?.portfolioReturn).toBeCloseTo(reference.brinson.portfolio, 10);
    expect(brinson?.benchmarkReturn).toBeCloseTo(reference.brinson.benchmark, 10);
    expect(benchmark?.brinson).toBeUndefined();

    expect(factors?.alphaPerYear).toBeCloseTo(reference.factors.alpha, 9);
    expect(factors?.alphaStandardErrorPerYear).toBeCloseTo(reference.factors.alpha_error, 9);
    expect(factors?.rSquared).toBeCloseTo(reference.factors.r_squared, 9);
    expect(factors?.contributions.map(({ symbol }) => symbol)).toEqual(["SP500", "CVX"]);
    for (const [k, { beta, betaStandardError }] of (factors?.contributions ?? []).entries()) {
      expect(beta).toBeCloseTo(reference.factors.betas[k] ?? 1, 9);
      expect(betaStandardError).toBeCloseTo(reference.factors.errors[k] ?? 1, 9);
    }
  });

  it("says that factors cannot be told apart", async () => {
    const { strategies } = await resultOf(
      walking([{ name: "Equal", optimization: EQUAL }], {}, { factorSymbols: ["KO"] }),
      new Map([...sample, ["KO", new Map([...(sample.get("PG") ?? [])].map(([day]) => [day, 1]))]]),
    );

    expect(strategies[0]?.factors).toMatchObject({ collinear: true, contributions: [] });
  });
});
