import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestDifference, matrixOf, readReference } from "../../test/reference.ts";
import { normalProbability, normalQuantile } from "../distributions/normal.ts";
import { ArgumentError } from "../errors.ts";
import { matrixFromRows } from "../linalg/matrix.ts";
import { conditionalShock } from "./conditional-shock.ts";
import { factorBetas, factorShock } from "./factor-shock.ts";
import { historicalStress, type StressHoldings } from "./historical-stress.ts";
import { STRESS_WINDOWS } from "./historical-windows.ts";
import { fitReturnModel, type ReturnModel } from "./return-model.ts";
import { simulateWealth, type WealthPlan } from "./simulate-wealth.ts";

interface WindowReference {
  startDay: number;
  endDay: number;
  indexReturn: number;
  highDay: number;
  lowDay: number;
  portfolioReturn: number;
  maximumDrawdown: number;
}

// Made by make_stress.py.
const reference = readReference<{
  windows: Record<string, WindowReference>;
  prices: { days: number[]; columns: string[]; closes: number[] };
  conditional: {
    means: number[];
    covariance: number[];
    shockedAssets: number[];
    shocks: number[];
    otherAssets: number[];
    conditionalMeans: number[];
    conditionalCovariance: number[];
    distance: number;
  };
}>("stress.json");

describe("the windows of stress", () => {
  it("go from the highest to the lowest close of the index, with its return", () => {
    for (const [id, found] of Object.entries(reference.windows)) {
      const window = STRESS_WINDOWS.find((one) => one.id === id);
      expect(window, id).toMatchObject({ startDay: found.startDay, endDay: found.endDay });
      expect(window?.indexReturn, id).toBeCloseTo(found.indexReturn, 4);
      expect(found.lowDay, id).toBe(found.endDay);
      expect(found.highDay === found.startDay || id === "lehman-2008", id).toBe(true);
    }
  });

  it("have the return of published closes where the sample has no index", () => {
    // Closes of the S&P 500 as S&P Dow Jones Indices published them; docs/numerics.md says where.
    const closes: Record<string, readonly [number, number]> = {
      "crash-1987": [336.77, 223.92],
      "banks-2023": [4179.76, 3855.76],
      "carry-2024": [5667.2, 5186.33],
      "tariffs-2025": [6144.15, 4982.77],
    };
    const outside = STRESS_WINDOWS.filter(({ id }) => !(id in reference.windows));

    expect(outside.map(({ id }) => id)).toEqual(Object.keys(closes));
    for (const { id, indexReturn } of outside) {
      const [start, end] = closes[id] ?? [1, 1];
      expect(indexReturn, id).toBeCloseTo(end / start - 1, 4);
    }
  });

  it("ascend and have names of their own", () => {
    const starts = STRESS_WINDOWS.map(({ startDay }) => startDay);

    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(new Set(STRESS_WINDOWS.map(({ id }) => id)).size).toBe(STRESS_WINDOWS.length);
    expect(STRESS_WINDOWS.every((one) => one.endDay > one.startDay && one.indexReturn < 0)).toBe(
      true,
    );
  });
});

describe("historicalStress", () => {
  const holdings: StressHoldings = {
    weights: Float64Array.of(0.6, 0.4),
    days: Int32Array.from(reference.prices.days),
    closes: matrixOf(reference.prices.closes, 3),
  };
  const covid = STRESS_WINDOWS.filter(({ id }) => id === "covid-2020");

  it("has what was realized where there are prices", () => {
    const expected = reference.windows["covid-2020"];

    const [outcome] = historicalStress(holdings, covid);

    expect(outcome).toMatchObject({
      status: "covered",
      portfolioReturn: expect.closeTo(expected?.portfolioReturn ?? 0, 12),
      maximumDrawdown: expect.closeTo(expected?.maximumDrawdown ?? 0, 12),
      byProxy: Int32Array.of(),
    });
  });

  it("says what has no prices, and for all windows outside of the data", () => {
    const outcomes = historicalStress(holdings, STRESS_WINDOWS);

    expect(outcomes.filter(({ status }) => status === "covered")).toHaveLength(1);
    expect(outcomes[0]).toMatchObject({ status: "not-covered", missing: Int32Array.of(0, 1) });
  });

  it("moves a holding without prices by its proxy only if it is given one", () => {
    const closes = {
      ...holdings.closes,
      values: holdings.closes.values.map((close, k) => (k % 3 === 1 ? Number.NaN : close)),
    };

    const [without] = historicalStress({ ...holdings, closes }, covid);
    const [withProxy] = historicalStress(
      { ...holdings, closes, proxies: [undefined, { column: 2, beta: 1 }] },
      covid,
    );

    expect(without).toMatchObject({ status: "not-covered", missing: Int32Array.of(1) });
    expect(withProxy).toMatchObject({ status: "covered", byProxy: Int32Array.of(1) });
    expect(withProxy?.status === "covered" ? withProxy.assetReturns[1] : 0).toBeCloseTo(
      covid[0]?.indexReturn ?? 0,
      4,
    );
  });

  it("leaves holdings without weight aside, and carries a missing close forward", () => {
    const day = covid[0]?.startDay ?? 0;
    const small: StressHoldings = {
      weights: Float64Array.of(1, 0),
      days: Int32Array.of(day - 1, day, day + 1, (covid[0]?.endDay ?? 0) - 2),
      closes: matrixFromRows([
        [10, Number.NaN],
        [Number.NaN, Number.NaN],
        [5, Number.NaN],
        [8, Number.NaN],
      ]),
    };

    expect(historicalStress(small, covid)[0]).toMatchObject({
      status: "covered",
      portfolioReturn: expect.closeTo(-0.2, 12),
      maximumDrawdown: 0.5,
    });
  });

  it("refuses shapes that do not fit", () => {
    const bad: Partial<StressHoldings>[] = [
      { days: Int32Array.of(1) },
      { weights: Float64Array.of(0.1, 0.2, 0.3, 0.4) },
      { weights: Float64Array.of(Number.NaN, 1) },
      { proxies: [undefined] },
      { proxies: [{ column: 3, beta: 1 }, undefined] },
      { proxies: [{ column: 0, beta: Number.NaN }, undefined] },
      { closes: { ...holdings.closes, values: holdings.closes.values.map(() => 0) } },
    ];
    for (const change of bad) {
      expect(() => historicalStress({ ...holdings, ...change }, covid)).toThrow(ArgumentError);
    }
  });
});

describe("factorShock", () => {
  it("splits the return by factor and by asset", () => {
    const betas = matrixFromRows([
      [1, 0.5],
      [2, -1],
    ]);

    // Exposures 1.5 and −0.25; assets move by −0.075 and −0.25.
    expect(factorShock(Float64Array.of(0.5, 0.5), betas, Float64Array.of(-0.1, 0.05))).toEqual({
      portfolioReturn: expect.closeTo(-0.1625, 12),
      assetReturns: Float64Array.of(-0.1 + 0.025, -0.2 - 0.05),
      factorContributions: Float64Array.of(1.5 * -0.1, -0.25 * 0.05),
      assetContributions: Float64Array.of((-0.1 + 0.025) / 2, -0.125),
    });
    expect(() => factorShock(Float64Array.of(1), betas, Float64Array.of(0, 0))).toThrow(
      ArgumentError,
    );
  });

  it("takes betas that regression finds", () => {
    const factors = matrixFromRows([[0.01], [-0.02], [0.03], [0.01]]);
    const returns = matrixFromRows([
      [0.02, 0.01],
      [-0.04, 0.04],
      [0.06, -0.01],
      [0.02, 0.01],
    ]);

    const betas = factorBetas(returns, factors);

    // The second: Σ(f − f̄)(r − r̄)/Σ(f − f̄)² = −0.001275/0.00126875.
    expect(betas?.values[0]).toBeCloseTo(2, 12);
    expect(betas?.values[1]).toBeCloseTo(-1, 1);
    expect(factorBetas(returns, matrixFromRows([[1], [1], [1], [1]]))).toBeUndefined();
    expect(() => factorBetas(returns, matrixFromRows([[1]]))).toThrow(ArgumentError);
  });
});

describe("conditionalShock", () => {
  const { conditional } = reference;
  const scenario = {
    means: Float64Array.from(conditional.means),
    covariance: matrixOf(conditional.covariance, 5),
    shockedAssets: Int32Array.from(conditional.shockedAssets),
    shocks: Float64Array.from(conditional.shocks),
  };

  it("has the textbook's means and covariance", () => {
    const answer = conditionalShock(scenario);

    if (answer.status !== "conditioned") {
      throw new Error("the shocks are possible");
    }
    const others = conditional.otherAssets;
    const block = others.flatMap((i) => others.map((j) => answer.covariance.values[i * 5 + j]));
    expect(
      largestDifference(
        others.map((i) => answer.means[i] ?? 0),
        conditional.conditionalMeans,
      ),
    ).toBeLessThan(1e-13);
    expect(
      largestDifference(
        block.map((entry) => entry ?? 0),
        conditional.conditionalCovariance,
      ),
    ).toBeLessThan(1e-16);
    expect(answer.distance).toBeCloseTo(conditional.distance, 10);
    expect([answer.means[1], answer.means[4]]).toEqual(conditional.shocks);
    expect(answer.covariance.values[1 * 5 + 1]).toBe(0);
  });

  it("changes nothing without shocks", () => {
    const answer = conditionalShock({
      ...scenario,
      shockedAssets: Int32Array.of(),
      shocks: Float64Array.of(),
    });

    expect(answer).toEqual({
      status: "conditioned",
      means: scenario.means,
      covariance: scenario.covariance,
      distance: 0,
    });
  });

  it("accepts equal shocks of assets that are the same, and refuses different ones", () => {
    const twins = {
      means: new Float64Array(3),
      covariance: matrixFromRows([
        [0.04, 0.04, 0.02],
        [0.04, 0.04, 0.02],
        [0.02, 0.02, 0.09],
      ]),
      shockedAssets: Int32Array.of(0, 1),
    };

    const same = conditionalShock({ ...twins, shocks: Float64Array.of(-0.1, -0.1) });

    // Given one twin alone: 0.02/0.04·(−0.1), and 0.09 − 0.02²/0.04.
    expect(same.status === "conditioned" ? same.means[2] : 0).toBeCloseTo(-0.05, 12);
    expect(same.status === "conditioned" ? same.covariance.values[8] : 0).toBeCloseTo(0.08, 12);
    expect(conditionalShock({ ...twins, shocks: Float64Array.of(-0.1, 0.1) })).toEqual({
      status: "contradictory",
    });
  });

  it("finds a shock of a riskless asset contradictory, unless it is its mean", () => {
    const riskless = {
      means: Float64Array.of(0.01, 0),
      covariance: matrixFromRows([
        [0, 0],
        [0, 0.04],
      ]),
      shockedAssets: Int32Array.of(0),
    };

    expect(conditionalShock({ ...riskless, shocks: Float64Array.of(0.02) }).status).toBe(
      "contradictory",
    );
    expect(conditionalShock({ ...riskless, shocks: Float64Array.of(0.01) })).toMatchObject({
      status: "conditioned",
      distance: 0,
    });
  });

  it("never leaves more variance than before, whatever the size of the covariance", () => {
    const loading = fc.integer({ min: -10, max: 10 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(loading, loading, loading), { minLength: 4, maxLength: 4 }),
        fc.constantFrom(1e-150, 1e-4, 1, 1e150),
        (loadings, size) => {
          const covariance = matrixFromRows(
            loadings.map((a) =>
              loadings.map((b) => size * (a[0] * b[0] + a[1] * b[1] + a[2] * b[2])),
            ),
          );
          const variances = [0, 5, 10, 15].map((at) => covariance.values[at] ?? 0);

          const answer = conditionalShock({
            means: new Float64Array(4),
            covariance,
            shockedAssets: Int32Array.of(2),
            shocks: Float64Array.of(Math.sqrt(variances[2] ?? 0)),
          });

          if (answer.status !== "conditioned") {
            throw new Error("one asset's shock is possible");
          }
          expect(answer.means.every(Number.isFinite)).toBe(true);
          for (const [i, variance] of variances.entries()) {
            const left = answer.covariance.values[i * 5] ?? Number.NaN;
            expect(left).toBeLessThanOrEqual(variance * (1 + 1e-12));
          }
        },
      ),
    );
  });

  it("refuses repeated and unknown assets", () => {
    expect(() => conditionalShock({ ...scenario, shockedAssets: Int32Array.of(1, 1) })).toThrow(
      ArgumentError,
    );
    expect(() => conditionalShock({ ...scenario, shockedAssets: Int32Array.of(1, 5) })).toThrow(
      ArgumentError,
    );
    expect(() => conditionalShock({ ...scenario, shocks: Float64Array.of(1) })).toThrow(
      ArgumentError,
    );
  });
});

describe("fitReturnModel", () => {
  it("takes mean, deviation and tails of log returns", () => {
    // Log returns −2, −1, 0, 1, 2 and 0 five times more, in percent: Σ² = 10, Σ⁴ = 34 of 10 values.
    const logs = [-2, -1, 0, 1, 2, 0, 0, 0, 0, 0].map((value) => value / 100);
    const returns = Float64Array.from(logs, (value) => Math.expm1(value));

    expect(fitReturnModel("gaussian", returns, 4)).toEqual({
      kind: "gaussian",
      logMean: expect.closeTo(0, 14),
      logDeviation: expect.closeTo(0.02 * Math.sqrt(10 / 9), 14),
    });
    // Kurtosis 3.4: 4 + 6/0.4 = 19 degrees, and 4 + 6/0.1 = 64 for sums of four.
    expect(fitReturnModel("student-t", returns, 1)).toMatchObject({ degrees: 19 });
    expect(fitReturnModel("student-t", returns, 4)).toMatchObject({ degrees: 64 });
  });

  it("is normal for tails that are not fat, and has no deviation for a constant past", () => {
    const flat = new Float64Array(4).fill(0.01);

    expect(fitReturnModel("student-t", Float64Array.of(0.01, -0.01, 0.01), 1)).toMatchObject({
      degrees: 100,
    });
    expect(fitReturnModel("student-t", flat, 1)).toMatchObject({ logDeviation: 0, degrees: 100 });
    expect(() => fitReturnModel("gaussian", Float64Array.of(-1, 0), 1)).toThrow(ArgumentError);
    expect(() => fitReturnModel("gaussian", flat, 0)).toThrow(ArgumentError);
  });
});

describe("simulateWealth", () => {
  const gaussian: ReturnModel = { kind: "gaussian", logMean: 0.005, logDeviation: 0.04 };
  const plan: WealthPlan = {
    initialValue: 100,
    flows: new Float64Array(24),
    model: gaussian,
    goal: 120,
    pathCount: 20_000,
    seed: 11,
    fanEvery: 6,
  };

  it("has the quantiles and the goal's probability of the lognormal distribution", () => {
    const { fan, goalReached, depleted } = simulateWealth(plan);

    // After n periods ln V is normal with mean ln 100 + 0.005n and deviation 0.04√n.
    expect([...fan.periods]).toEqual([0, 6, 12, 18, 24]);
    for (const [q, probability] of fan.probabilities.entries()) {
      for (const [k, n] of fan.periods.entries()) {
        const exact = 0.005 * n + 0.04 * Math.sqrt(n) * normalQuantile(probability);
        const spread = 0.04 * Math.sqrt(n) * 0.03;
        expect(Math.abs(Math.log((fan.quantiles[q]?.[k] ?? 0) / 100) - exact)).toBeLessThanOrEqual(
          spread + 1e-12,
        );
      }
    }
    const exact = 1 - normalProbability((Math.log(1.2) - 0.12) / (0.04 * Math.sqrt(24)));
    expect(Math.abs((goalReached?.probability ?? 0) - exact)).toBeLessThan(
      4 * (goalReached?.standardError ?? 0),
    );
    expect(depleted).toEqual({ probability: 0, standardError: 0 });
  });

  it("gives Student's t the same deviation and fatter tails", () => {
    const single = { ...plan, flows: new Float64Array(1), fanEvery: 1, pathCount: 100_000 };
    const logs = (model: ReturnModel) =>
      simulateWealth({ ...single, model }).finalValues.map((value) => Math.log(value / 100));
    const scaled = logs({ ...gaussian, kind: "student-t", degrees: 5 });

    const mean = scaled.reduce((sum, x) => sum + x, 0) / scaled.length;
    const square = scaled.reduce((sum, x) => sum + (x - mean) ** 2, 0) / scaled.length;

    expect(mean).toBeCloseTo(0.005, 3);
    expect(Math.abs(Math.sqrt(square) / 0.04 - 1)).toBeLessThan(0.02);
    // SciPy: t(5) scaled to unit deviation is below −4 with probability 0.00179, the normal 0.00003.
    const tail = scaled.filter((x) => x < 0.005 - 4 * 0.04).length / scaled.length;
    expect(tail).toBeGreaterThan(0.0012);
    expect(tail).toBeLessThan(0.0025);
  });

  it("draws runs of the past whose mean length is the block's", () => {
    // Each past return names its place, so a run shows as places that follow each other.
    const size = 50;
    const returns = Float64Array.from({ length: size }, (_, k) => Math.expm1((k + 1) * 1e-3));
    const model: ReturnModel = {
      kind: "block-bootstrap",
      returns,
      meanBlockLength: 5,
      returnsPerPeriod: 1,
    };
    const { finalValues } = simulateWealth({
      ...plan,
      model,
      flows: new Float64Array(2),
      fanEvery: 1,
    });
    // Two draws in a row have places that sum to an odd number when they follow each other.
    const logs = finalValues.map((value) => Math.round(Math.log(value / 100) * 1000));
    const oddShare = logs.filter((sum) => sum % 2 === 1).length / logs.length;

    // Followers: 4/5 of 49/50 (the last is followed by the first: 50 + 1 is odd too), else half.
    expect(oddShare).toBeCloseTo(0.8 + 0.2 * 0.5, 1);
    expect(simulateWealth({ ...plan, model }).fan).toEqual(simulateWealth({ ...plan, model }).fan);
  });

  it("compounds a constant past to the same growth on every path", () => {
    const model: ReturnModel = {
      kind: "block-bootstrap",
      returns: new Float64Array(3).fill(0.01),
      meanBlockLength: 2,
      returnsPerPeriod: 21,
    };

    const { finalValues, goalReached } = simulateWealth({
      ...plan,
      model,
      flows: Float64Array.of(10, -5),
      goal: 152,
      pathCount: 10,
    });

    // (100·g + 10)·g − 5 with g = 1.01²¹.
    const growth = 1.01 ** 21;
    expect(finalValues[0]).toBeCloseTo((100 * growth + 10) * growth - 5, 9);
    expect(finalValues[9]).toBe(finalValues[0]);
    expect(goalReached).toEqual({ probability: 1, standardError: 0 });
  });

  it("counts the paths that withdrawals deplete, and keeps them at 0", () => {
    const flows = new Float64Array(24).fill(-10);

    const { depleted, fan } = simulateWealth({ ...plan, flows });

    expect(depleted.probability).toBe(1);
    expect(fan.quantiles.map((values) => values[4])).toEqual([0, 0, 0, 0, 0]);
  });

  it("stays finite for huge and tiny returns", () => {
    for (const logMean of [50, -50]) {
      const { fan } = simulateWealth({ ...plan, model: { ...gaussian, logMean }, pathCount: 10 });
      expect(fan.quantiles.every((values) => values.every(Number.isFinite))).toBe(true);
    }
  });

  it("refuses plans that make no sense or take too long", () => {
    const bad: Partial<WealthPlan>[] = [
      { initialValue: 0 },
      { flows: new Float64Array() },
      { flows: Float64Array.of(Number.NaN) },
      { pathCount: 0 },
      { pathCount: 2_000_000 },
      { pathCount: 1_000_000, flows: new Float64Array(3000) },
      { pathCount: 1_000_000, flows: new Float64Array(1000), fanEvery: 1 },
      { fanEvery: 0 },
      { goal: Number.NaN },
      { model: { ...gaussian, logDeviation: -1 } },
      { model: { ...gaussian, logMean: Number.NaN } },
      { model: { ...gaussian, kind: "student-t", degrees: 2 } },
    ];
    const bootstrap = {
      kind: "block-bootstrap",
      returns: Float64Array.of(0.1),
      meanBlockLength: 2,
      returnsPerPeriod: 1,
    } as const;
    const badModels: ReturnModel[] = [
      { ...bootstrap, returns: Float64Array.of() },
      { ...bootstrap, returns: Float64Array.of(-1) },
      { ...bootstrap, meanBlockLength: 0.5 },
      { ...bootstrap, returnsPerPeriod: 0 },
    ];
    for (const change of [...bad, ...badModels.map((model) => ({ model }))]) {
      expect(() => simulateWealth({ ...plan, ...change })).toThrow(ArgumentError);
    }
  });
});
