import {
  FallbackRule,
  SelectionFigure,
} from "@portfolio/gen/portfolio/optimization/v1/backtest_strategy_pb.js";
import { OnlineRule } from "@portfolio/gen/portfolio/optimization/v1/objective_pb.js";
import { type Closes, readSampleCloses } from "@portfolio/platform/testing/sample-data-service";
import { describe, expect, it } from "vitest";
import { EQUAL, MINIMUM_VARIANCE, QUARTERLY, type Spec, SYMBOLS } from "./backtest-specs.ts";
import { resultOf } from "./run-backtest-spec.ts";

const sample = readSampleCloses();
type Strategy = NonNullable<Spec["strategies"]>[number];

const YEARS = { startDate: "2016-01-01", endDate: "2018-06-29" };

function testing(strategies: Strategy[], rest: Partial<Spec> = {}): Spec {
  return { ...QUARTERLY, ...YEARS, strategies, ...rest } as Spec;
}

function rowsOf(values: readonly number[] | undefined, cols: number): number[][] {
  return Array.from({ length: (values?.length ?? 0) / cols }, (_, k) => [
    ...(values?.slice(k * cols, (k + 1) * cols) ?? []),
  ]);
}

describe("pre-selection", () => {
  it("leaves only some assets to choose among, those known at the decision", async () => {
    const best: Strategy = {
      ...EQUAL,
      name: "Two best",
      preSelections: [
        { rule: { case: "extreme", value: { count: 2, figure: SelectionFigure.SHARPE } } },
      ],
    };
    const { strategies, folds } = await resultOf(testing([best]), sample);

    const rows = rowsOf(strategies[0]?.weights?.values, SYMBOLS.length);
    expect(rows).toHaveLength(folds.length);
    for (const [k, row] of rows.entries()) {
      const { trainStartDate = "", trainEndDate = "" } = folds[k] ?? {};
      const ratios = SYMBOLS.map((symbol) => sharpeOf(symbol, trainStartDate, trainEndDate));
      const order = [...ratios.keys()].sort((a, b) => (ratios[b] ?? 0) - (ratios[a] ?? 0));
      const held = [...row.keys()].filter((j) => Math.abs(row[j] ?? 0) > 1e-12);
      expect(held).toEqual(order.slice(0, 2).sort());
    }
  });

  it("keeps the limits of the assets that are left", async () => {
    const limited: Strategy = {
      name: "Limited",
      optimization: {
        ...MINIMUM_VARIANCE.optimization,
        constraints: {
          groups: [{ name: "Drinks and soap", symbols: ["KO", "PG"], max: 0.4 }],
          bounds: { JPM: { min: 0.2 }, AAPL: { max: 0.3 } },
        },
      },
      preSelections: [
        { rule: { case: "correlation", value: { threshold: 0.45 } } },
        { rule: { case: "nonDominated", value: { countMin: 3 } } },
      ],
    };
    const { strategies } = await resultOf(testing([limited]), sample);
    const [own] = strategies;

    expect((own?.rebalances.length ?? 0) + (own?.failedDecisions.length ?? 0)).toBe(6);
    for (const row of rowsOf(own?.weights?.values, SYMBOLS.length)) {
      const [apple = 1, bank = 0, drinks = 1, soap = 1] = row;
      expect(apple).toBeLessThan(0.3 + 2e-3);
      expect(drinks + soap).toBeLessThan(0.4 + 2e-3);
      expect(bank === 0 || bank > 0.2 - 2e-3).toBe(true);
    }
  });
});

describe("assets that expire", () => {
  const expiring = (value: object): Strategy => ({
    ...EQUAL,
    preSelections: [{ rule: { case: "nonExpiring", value } }],
  });

  it("are sold before they do, and never held again", async () => {
    const dates = { ko: "2018-03-01", XOM: "2017-01-10" };
    const spec = testing([expiring({ expirationDates: dates, lookaheadDays: 30 })]);
    const { strategies, folds } = await resultOf(spec, sample);

    const rows = rowsOf(strategies[0]?.weights?.values, SYMBOLS.length);
    expect(rows.length).toBe(folds.length);
    const isHeld = (symbol: string, k: number) => Number(rows[k]?.[SYMBOLS.indexOf(symbol)]) > 1e-9;
    for (const [k, { trainEndDate }] of folds.entries()) {
      const seen = Date.parse(trainEndDate);
      expect(isHeld("KO", k)).toBe(Date.parse(dates.ko) > seen + 30 * 86_400_000);
      expect(isHeld("XOM", k)).toBe(Date.parse(dates.XOM) > seen + 30 * 86_400_000);
      expect(isHeld("PG", k)).toBe(true);
    }
    expect(new Set(folds.map((_, k) => isHeld("KO", k))).size).toBe(2);
  });

  it("leave nothing to hold when all of them do", async () => {
    const dates = Object.fromEntries(SYMBOLS.map((symbol) => [symbol, "2000-01-01"]));
    const { strategies } = await resultOf(testing([expiring({ expirationDates: dates })]), sample);

    expect(strategies[0]?.rebalances).toEqual([]);
    expect(strategies[0]?.failedDecisions.length).toBeGreaterThan(0);
  });
});

describe("weights that learn online", () => {
  it("are those of all days before each decision", async () => {
    const value = { rule: OnlineRule.EXPONENTIATED_GRADIENT, parameter: 5 };
    const optimization = { objective: { goal: { case: "onlineLearning" as const, value } } };
    const validation = {
      case: "walkForward" as const,
      value: {
        trainDays: 240,
        expanding: true,
        rebalance: { case: "everyDays" as const, value: 100 },
        executionLagDays: 0,
      },
    };
    const spec = testing([{ name: "Online", optimization }], { validation });
    const { strategies, folds } = await resultOf(spec, sample);

    const rows = rowsOf(strategies[0]?.weights?.values, SYMBOLS.length);
    expect(rows.length).toBe(folds.length);
    for (const [k, { trainStartDate, trainEndDate }] of folds.entries()) {
      // By hand: wᵢ ∝ exp(η Σ xᵢ/w'x), day by day.
      let weights = SYMBOLS.map(() => 1 / SYMBOLS.length);
      const days = daysBetween(trainStartDate, trainEndDate);
      for (const relatives of days) {
        const earned = weights.reduce((sum, w, i) => sum + w * (relatives[i] ?? 0), 0);
        const raised = weights.map((w, i) => w * Math.exp((5 * (relatives[i] ?? 0)) / earned));
        const sum = raised.reduce((total, w) => total + w, 0);
        weights = raised.map((w) => w / sum);
      }
      for (const [i, weight] of weights.entries()) {
        expect(rows[k]?.[i]).toBeCloseTo(weight, 9);
      }
    }
  });
});

/** Price relatives of each day, from one day's close to another's. */
function daysBetween(from: string, to: string): number[][] {
  const closes = SYMBOLS.map((symbol) =>
    [...(sample.get(symbol) ?? [])]
      .filter(([day]) => day >= from && day <= to)
      .map(([, close]) => close),
  );
  return (closes[0] ?? [])
    .slice(1)
    .map((_, t) => closes.map((path) => (path[t + 1] ?? 0) / (path[t] ?? 1)));
}

function sharpeOf(symbol: string, from: string, to: string): number {
  const closes = [...(sample.get(symbol) ?? [])]
    .filter(([day]) => day >= from && day <= to)
    .map(([, close]) => close);
  const returns = closes.slice(1).map((close, t) => close / (closes[t] ?? close) - 1);
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  const square = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return mean / Math.sqrt(square / (returns.length - 1));
}

describe("fallbacks", () => {
  const goal = { case: "targetReturn", value: { returnPerYear: 5 } } as const;
  const impossible = { objective: { goal } };
  const rule = (value: FallbackRule) => ({ action: { case: "rule", value } }) as const;

  it("take the first that has an answer, and say which", async () => {
    const { strategies, equalWeight } = await resultOf(
      testing([
        {
          name: "Chain",
          optimization: impossible,
          fallbacks: [
            { action: { case: "optimization", value: impossible } },
            rule(FallbackRule.EQUAL_WEIGHT),
            rule(FallbackRule.CASH),
          ],
        },
        { name: "Cash", optimization: impossible, fallbacks: [rule(FallbackRule.CASH)] },
        { name: "None", optimization: impossible },
      ]),
      sample,
    );
    const [chain, cash, none] = strategies;

    expect(chain?.failedDecisions.map(({ fallback }) => fallback)).toEqual(new Array(6).fill(2));
    expect(chain?.failedDecisions[0]?.reason).toBe("TARGET_OUT_OF_RANGE");
    expect(chain?.values).toEqual(equalWeight?.values);
    expect(cash?.failedDecisions.map(({ fallback }) => fallback)).toEqual(new Array(6).fill(1));
    expect(new Set(cash?.values?.values)).toEqual(new Set([1_000_000]));
    expect(none?.failedDecisions.map(({ fallback }) => fallback)).toEqual(new Array(6).fill(0));
    expect(none?.rebalances).toEqual([]);
  });

  it("restores what was decided last", async () => {
    // Returns of 30 % a year can be had in some of the quarters only.
    const sometimes: Strategy = {
      name: "Sometimes",
      optimization: {
        ...MINIMUM_VARIANCE.optimization,
        objective: { goal: { case: "targetReturn", value: { returnPerYear: 0.3 } } },
      },
      fallbacks: [rule(FallbackRule.PREVIOUS_WEIGHTS)],
    };
    const { strategies } = await resultOf(testing([sometimes]), sample);
    const { failedDecisions = [], rebalances = [], weights } = strategies[0] ?? {};
    const rows = rowsOf(weights?.values, SYMBOLS.length);

    const failed = failedDecisions.map(({ decisionDate }) => decisionDate);
    const later = rebalances.findIndex((one, k) => k > 0 && failed.includes(one.decisionDate));
    expect(later).toBeGreaterThan(0);
    for (const [j, weight] of (rows[later] ?? []).entries()) {
      expect(weight).toBeCloseTo(rows[later - 1]?.[j] ?? 1, 12);
    }
  });
});

describe("randomized validation", () => {
  const RANDOMIZED = {
    sampleCount: 12,
    symbolsPerSample: 3,
    daysPerSample: 300,
    trainDays: 120,
    testDays: 60,
    purgeDays: 2,
    seed: 7,
  };
  const spec = testing([EQUAL, MINIMUM_VARIANCE], {
    validation: { case: "randomized", value: RANDOMIZED },
  });

  it("walks over random symbols and days, and never tests what it was fitted to", async () => {
    const { folds, strategies, equalWeight, benchmark } = await resultOf(spec, sample);

    // 300 days hold three tests: 60 + 60 + 58.
    expect(folds).toHaveLength(36);
    expect(new Set(folds.map(({ symbols }) => symbols.join())).size).toBeGreaterThan(8);
    for (const { symbols, trainEndDate, tests } of folds) {
      expect(symbols).toHaveLength(3);
      expect((tests[0]?.startDate ?? "") > trainEndDate).toBe(true);
    }
    expect(strategies.map(({ paths }) => paths.length)).toEqual([12, 12]);
    expect(benchmark?.paths).toHaveLength(12);
    // Equal weights of a walk's symbols are the strategy of equal weights.
    for (const [k, path] of (equalWeight?.paths ?? []).entries()) {
      expect(strategies[0]?.paths[k]?.sharpeRatio).toBeCloseTo(path.sharpeRatio ?? 0, 10);
      expect(strategies[0]?.paths[k]?.maximumDrawdown).toBeCloseTo(path.maximumDrawdown, 10);
    }
    const rows = rowsOf(strategies[1]?.weights?.values, SYMBOLS.length);
    for (const [k, row] of rows.entries()) {
      const held = SYMBOLS.filter((_, j) => row[j] !== 0);
      expect(held.every((symbol) => folds[k]?.symbols.includes(symbol))).toBe(true);
    }
  });

  it("draws the same for the same seed, and other parts for another", async () => {
    const other = {
      ...spec,
      validation: { case: "randomized", value: { ...RANDOMIZED, seed: 8 } },
    };
    const [first, again, different] = await Promise.all([
      resultOf(spec, sample),
      resultOf(spec, sample),
      resultOf(other as Spec, sample),
    ]);

    expect(again).toEqual(first);
    expect(different.folds).not.toEqual(first.folds);
  });
});

describe("every method", () => {
  const method = (one: NonNullable<Strategy["method"]>, name: string): Strategy => ({
    ...MINIMUM_VARIANCE,
    name,
    method: one,
  });
  const strategies: Strategy[] = [
    method(
      {
        case: "grid",
        value: { alternatives: [EQUAL.optimization], trainDays: 100, testDays: 40 },
      },
      "Grid",
    ),
    {
      name: "Plan",
      optimization: { covariance: MINIMUM_VARIANCE.optimization.covariance },
      method: { case: "multiPeriod", value: { periodCount: 2, riskAversion: 4 } },
    },
    method(
      {
        case: "ensemble",
        value: { members: [EQUAL.optimization], stacking: MINIMUM_VARIANCE.optimization },
      },
      "Stack",
    ),
    {
      ...MINIMUM_VARIANCE,
      preSelections: [{ rule: { case: "nonDominated", value: { countMin: 2 } } }],
    },
  ];
  const LAST = "2017-09-20";

  it("decides the same whatever comes later", async () => {
    const shifted: Closes = new Map(
      [...sample].map(([symbol, history]) => [
        symbol,
        new Map(
          [...history].map(([day, close]) => [day, day > LAST ? close * shiftOf(day) : close]),
        ),
      ]),
    );
    const [known, other] = await Promise.all([
      resultOf(testing(strategies), sample),
      resultOf(testing(strategies), shifted),
    ]);

    for (const [k, { name, rebalances, weights }] of known.strategies.entries()) {
      const before = rebalances.filter(({ executionDate }) => executionDate <= LAST);
      const later = other.strategies[k];
      expect(before.length, name).toBeGreaterThan(1);
      expect(later?.rebalances.slice(0, before.length), name).toEqual(before);
      const count = before.length * SYMBOLS.length;
      expect(later?.weights?.values.slice(0, count), name).toEqual(weights?.values.slice(0, count));
      expect(later?.weights?.values, name).not.toEqual(weights?.values);
    }
  });
});

function shiftOf(day: string): number {
  return 1 + Number(day.slice(8)) / 10;
}
