import { describe, expect, it } from "vitest";
import { featureFrame } from "../features/feature-frame.ts";
import { priceMarket } from "../features/price-market.ts";
import { forecastDays } from "../forecast/forecast-days.ts";
import type { ForecastModel, ForecastRule } from "../forecast/forecast-rule.ts";
import { outcomesOf } from "../forecast/forecast-target.ts";
import { type LearnerSpec, startTraining } from "../model/start-training.ts";
import { explainForecasts } from "./explain-forecasts.ts";
import { explainModel } from "./explain-model.ts";

const DAY_COUNT = 400;
const symbols = ["A", "B", "C", "D", "E"];
const values = Float64Array.from({ length: DAY_COUNT * 5 }, (_, k) => {
  const [t, j] = [Math.floor(k / 5), k % 5];
  const drift = 0.0003 * (j - 2) * t;
  return (
    50 * (j + 1) * Math.exp(drift + 0.02 * Math.sin((j + 1) * 1.7 * t + j) + 0.01 * Math.cos(t))
  );
});
const market = priceMarket({ symbols, closes: { rows: DAY_COUNT, cols: 5, values } });
const last = DAY_COUNT - 1;
const rank = { kind: "rank", horizonDays: 5 } as const;
const volatility = { kind: "volatility", horizonDays: 21 } as const;

function modelOf(rule: ForecastRule, target: ForecastModel["target"] = volatility): ForecastModel {
  return { target, rule, intervalRadius: Number.NaN };
}

function learned(spec: LearnerSpec): ForecastModel {
  const days = Int32Array.from({ length: 25 }, (_, k) => 270 + 5 * k);
  const frame = featureFrame(market, { kind: "ranks" }, days);
  const training = startTraining(
    spec,
    { features: frame.features, targets: outcomesOf(market, rank, frame), dates: frame.days },
    {},
  );
  while (!training.advance().isDone);
  return modelOf(
    { kind: "learned", view: { kind: "ranks" }, model: training.model(), smearing: 1 },
    rank,
  );
}

describe("explainForecasts", () => {
  it.each(["path-dependent", "interventional"] as const)("adds up for trees, %s", (method) => {
    const model = learned({
      kind: "boosted-trees",
      ...{ loss: { kind: "squared" }, treeCountMax: 20, depthMax: 3, learningRate: 0.3 },
      ...{ leafPenalty: 1, gainMin: 0, coverMin: 1, rowShare: 1, featureShare: 1, seed: 1 },
    });
    const found = explainForecasts(market, model, last, method);

    expect(found?.method).toBe(method);
    expectSums(model, found);
  });

  it("splits a mean of squared returns by their age", () => {
    const model = modelOf({ kind: "exponential-volatility", decay: 0.94 });
    const found = explainForecasts(market, model, last, undefined);

    expectSums(model, found);
    // By hand: the last day has (1 − 0.94)/(1 − 0.94²⁵²) of the weight.
    const share = (1 - 0.94) / (1 - 0.94 ** 252);
    const [own] = market.returns;
    expect(found?.contributions.values[0]).toBeCloseTo(share * (own?.[last] ?? 0) ** 2, 15);
  });

  it("splits a GARCH, also after a gap in the returns", () => {
    const fit = { mean: 0.0002, constant: 2e-6, shock: 0.08, persistence: 0.9 };
    const model = modelOf({ kind: "garch", symbols, fits: symbols.map(() => fit) });
    expectSums(model, explainForecasts(market, model, last, "lags"));

    const holed = values.slice();
    for (let t = 100; t < 110; t++) holed[5 * t] = Number.NaN;
    const gap = priceMarket({ symbols, closes: { rows: DAY_COUNT, cols: 5, values: holed } });
    expectSums(model, explainForecasts(gap, model, last, "lags"), gap);
  });

  it.each([false, true])("splits a regression of variances, logarithmic %s", (logarithmic) => {
    const fit = {
      ...{ horizonDays: 21, logarithmic, residualVariance: 0.1, least: 0, largest: 1 },
      model: {
        intercept: logarithmic ? -1 : 1e-5,
        coefficients: Float64Array.of(0.2, 0.3, 0.4),
      },
    };
    const model = modelOf({ kind: "heterogeneous", symbols, fits: symbols.map(() => fit) });
    const found = explainForecasts(market, model, last, undefined);

    expect(found?.unit).toBe(logarithmic ? "log-variance" : "variance");
    expectSums(model, found);
  });

  it("splits a regression of variances that its bounds cut off", () => {
    const fit = {
      ...{ horizonDays: 21, logarithmic: true, residualVariance: 0.1, least: 0.5, largest: 1 },
      model: { intercept: -1, coefficients: Float64Array.of(0.2, 0.3, 0.4) },
    };
    const model = modelOf({ kind: "heterogeneous", symbols, fits: symbols.map(() => fit) });
    const found = explainForecasts(market, model, last, undefined);

    expect(found?.outputs[0]).toBe(Math.log(0.5));
    expect(found?.contributions.values[3]).toBeGreaterThan(1);
    expectSums(model, found);
  });

  it("splits a persistent GARCH, whose start has weight to the end", () => {
    for (const persistence of [0.985, 0.99, 0.995]) {
      const fit = { mean: 0, constant: 1e-7, shock: 0.01, persistence };
      const model = modelOf({ kind: "garch", symbols, fits: symbols.map(() => fit) });
      expectSums(model, explainForecasts(market, model, last, undefined));
    }
  });

  it.each(["zero", "momentum", "reversal", "historical-mean"] as const)(
    "has %s for its own only feature",
    (name) => {
      for (const target of [rank, { kind: "return", horizonDays: 5 } as const]) {
        const model = modelOf({ kind: "baseline", name }, target);
        const found = explainForecasts(market, model, last, undefined);

        expect(found).toMatchObject({
          method: "linear",
          unit: "score",
          names: [name.replace("-", "_")],
        });
        expectSums(model, found);
      }
    },
  );

  it("splits a mixture of ranks into its members' ranks by weight", () => {
    const members = [
      { weight: 0.7, rule: { kind: "baseline", name: "momentum" } as const },
      { weight: 0.3, rule: { kind: "baseline", name: "reversal" } as const },
    ];
    const model = modelOf({ kind: "combination", members }, rank);
    const found = explainForecasts(market, model, last, undefined);

    expect(found).toMatchObject({ method: "members", names: ["member_1", "member_2"] });
    expectSums(model, found);
    // By hand: ranks of a day have the mean 0.
    const momentum = forecastDays(market, modelOf(members[0].rule, rank), Int32Array.of(last));
    expect(found?.contributions.values[0]).toBeCloseTo(0.7 * momentum.values[0], 15);
    expect(found?.expectations[0]).toBeCloseTo(0, 15);
  });

  it("splits a mixture of variances about the mean of the day", () => {
    const members = [
      { weight: 0.5, rule: { kind: "exponential-volatility", decay: 0.94 } as const },
      { weight: 0.5, rule: { kind: "baseline", name: "rolling-variance" } as const },
    ];
    const model = modelOf({ kind: "combination", members });
    const found = explainForecasts(market, model, last, undefined);

    expect(found?.unit).toBe("variance");
    expectSums(model, found);
  });

  it("has nothing by methods that do not suit", () => {
    const baseline = modelOf({ kind: "baseline", name: "momentum" }, rank);
    const mixture = modelOf({ kind: "combination", members: [{ weight: 1, rule: baseline.rule }] });
    const decay = modelOf({ kind: "exponential-volatility", decay: 0.94 });

    expect(explainForecasts(market, baseline, last, "members")).toBeUndefined();
    expect(explainForecasts(market, mixture, last, "path-dependent")).toBeUndefined();
    expect(explainForecasts(market, decay, last, "interventional")).toBeUndefined();
  });
});

describe("explainModel", () => {
  it("refuses to explain without a background", () => {
    const model = {
      kind: "linear",
      model: { intercept: 0, coefficients: Float64Array.of(1) },
    } as const;
    const features = { rows: 1, cols: 1, values: Float64Array.of(1) };
    const none = { rows: 0, cols: 1, values: new Float64Array(0) };

    expect(() => explainModel(model, features, none, undefined)).toThrow("no background");
  });
});

/** Expectation, contributions and what the model forecasts belong together. */
function expectSums(
  model: ForecastModel,
  found: ReturnType<typeof explainForecasts>,
  own = market,
): void {
  const forecasts = forecastDays(own, model, Int32Array.of(last)).values;
  expect(found?.assets.length).toBeGreaterThan(0);
  const cols = found?.names.length ?? 0;
  for (const [row, asset] of (found?.assets ?? []).entries()) {
    const parts = found?.contributions.values.subarray(row * cols, (row + 1) * cols) ?? [];
    const sum = [...parts].reduce((total, part) => total + part, found?.expectations[row] ?? 0);
    const forecast = found?.unit === "log-variance" ? Math.exp(sum) : sum;
    expect(sum).toBeCloseTo(found?.outputs[row] ?? Number.NaN, 14);
    const expected = forecasts[asset] ?? Number.NaN;
    expect(Math.abs(forecast - expected)).toBeLessThanOrEqual(
      1e-10 * Math.max(1e-6, Math.abs(expected)),
    );
  }
}
